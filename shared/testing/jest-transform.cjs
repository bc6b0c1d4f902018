// Node 24 strips types by itself. Jest strips them in the same way, so tests run the code that production runs.
const { stripTypeScriptTypes } = require('node:module');
const { createHash } = require('node:crypto');

module.exports = {
  process: (source, path) => ({
    // 'strip' keeps every position in the file, so stack traces need no source map.
    code: /\.tsx?$/.test(path) ? stripTypeScriptTypes(source, { mode: 'strip' }) : source,
  }),
  getCacheKey: (source, path) => createHash('sha1').update(path).update(source).update(process.version).digest('hex'),
};
