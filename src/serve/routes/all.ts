/** Every route of a service, in the order of its documentation. */

import type { ServeContext, ServeRoute } from '../route.js';
import { adminRoutes } from './admin.js';
import { documentationRoutes } from './documentation.js';
import { explainRoutes } from './explain.js';
import { feedbackRoutes } from './feedback.js';
import { healthRoutes } from './health.js';
import { modelRoutes } from './models.js';
import { oipRoutes } from './oip.js';
import { oipModelRoutes } from './oip-models.js';
import { pageRoutes } from './page.js';
import { predictRoutes } from './predict.js';
import { v1PredictRoutes } from './v1-predict.js';

export function allRoutes(context: ServeContext): ServeRoute[] {
  const routes = [
    ...predictRoutes(context),
    ...explainRoutes(context),
    ...feedbackRoutes(context),
    ...modelRoutes(context),
    ...healthRoutes(context),
    ...oipRoutes(context),
    ...oipModelRoutes(context),
    ...v1PredictRoutes(context),
    ...adminRoutes(context),
    ...pageRoutes(),
  ];
  return [...routes, ...documentationRoutes(routes)];
}
