#!/usr/bin/env node
console.log("pdx", process.argv.slice(2));
