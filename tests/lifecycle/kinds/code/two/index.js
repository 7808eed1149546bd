exports.handler = async () => "two"
