exports.handler = 1
