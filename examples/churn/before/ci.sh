#!/bin/sh
set -eu
cd "$(dirname "$0")"
leakguard check .
python -m pytest -q --leakguard-tuners random,halving
