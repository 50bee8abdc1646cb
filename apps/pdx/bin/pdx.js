#!/usr/bin/env node
import '../../../dist/apps/pdx/src/main.js';
