/** A part of the page: the images that moved most. */

import { contactSheet, type SheetTile } from '../../picture/contact-sheet.js';
import { figure, type PageSection } from '../../picture/page.js';
import type { KeptImage } from '../image-extremes.js';
import { classNameOf } from './class-mix.js';
import { type DriftReport, shortNumber, type WindowVerdict } from './report.js';

/** The images that lie furthest out, beside some of the reference. */
export function imageSection(
  { referenceImages = [], classes }: DriftReport,
  { examples = [] }: WindowVerdict,
): PageSection[] {
  if (examples.length === 0) return [];
  const name = (label: number) => classNameOf(classes, label);
  const tile = ({ image, label, prediction }: KeptImage, value?: number) => ({
    image,
    captions: [
      ...(value === undefined ? [] : [{ text: shortNumber(value) }]),
      ...(label === undefined ? [] : [{ text: name(label) }]),
      ...(prediction === undefined ? [] : [{ text: `→ ${name(prediction)}` }]),
    ],
  });
  const sheet = (title: string, tiles: readonly SheetTile[]) =>
    figure(
      contactSheet({ title, tiles, zoom: 3, description: `${tiles.length} images: ${title}.` }),
    );
  return [
    {
      title: 'Images that moved most',
      body: [
        ...examples.map(({ feature, end, images }) =>
          sheet(
            `${end === 'least' ? 'Least' : 'Most'} ${feature}`,
            images.map((kept) => tile(kept, kept.value)),
          ),
        ),
        ...(referenceImages.length > 0
          ? [
              sheet(
                'The first of the reference',
                referenceImages.map((kept) => tile(kept)),
              ),
            ]
          : []),
      ].join('\n'),
    },
  ];
}
