import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { proxyCredentials, proxyFor } from '../../../src/io/proxy.js';

const test = suite('io: proxy');
const find = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.href;

test('the variable of the scheme, lower case first', () => {
  assert.is(find('http://a.example/x', {}), undefined);
  const env = {
    http_proxy: 'http://one:3128',
    HTTP_PROXY: 'http://two',
    HTTPS_PROXY: 'three:8080',
  };
  assert.is(find('http://a.example/x', env), 'http://one:3128/');
  assert.is(find('https://a.example/x', env), 'http://three:8080/');
  assert.is(find('https://a.example/x', { ALL_PROXY: 'https://p' }), 'https://p/');
  assert.is(find('http://a.example/x', { http_proxy: '' }), undefined);
});

test('NO_PROXY: names, subdomains, ports, addresses, everything', () => {
  const through = (url: string, NO_PROXY: string) =>
    find(url, { http_proxy: 'http://p', https_proxy: 'http://p', NO_PROXY }) !== undefined;
  assert.not(through('http://a.example/', 'a.example'));
  assert.not(through('http://b.a.example/', 'x, .a.example'));
  assert.not(through('http://b.a.example/', '*.a.example'));
  assert.not(through('http://B.A.example/', 'a.EXAMPLE'));
  assert.ok(through('http://ba.example/', 'a.example'));
  assert.ok(through('http://a.example.org/', 'a.example'));
  assert.not(through('http://a.example:81/', 'a.example:81'));
  assert.ok(through('http://a.example/', 'a.example:81'));
  assert.not(through('https://a.example/', 'a.example:443'));
  assert.not(through('http://127.0.0.1:9/', 'localhost 127.0.0.1'));
  assert.not(through('http://[::1]:80/', '[::1]'));
  assert.not(through('http://[::1]:80/', '::1'));
  assert.not(through('http://a.example/', '*'));
  assert.ok(through('http://a.example/', ''));
});

test('a variable that holds no URL is named, and its content is not shown', () => {
  const broken = () => find('http://a/', { HTTP_PROXY: 'ftp://me:secret@host' });
  assert.throws(broken, (error: Error) => {
    return error.message === '$HTTP_PROXY: is not the http: or https: URL of a proxy';
  });
});

test('credentials are decoded', () => {
  const encoded = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  assert.is(proxyCredentials(new URL('http://me:p%40s@p')), encoded('me:p@s'));
  assert.is(proxyCredentials(new URL('http://p')), undefined);
});

test.run();
