#!/bin/sh
# Answers as a site that keeps its machines in a database does.
if [ "$1" = --list ]; then
  echo '{"rack_a": {"hosts": ["db1.example.org", "old.example.org"], "vars": {"rack": "a"}}, "rack_b": ["web1.example.org"]}'
else
  echo "{\"asked\": \"$2\"}"
fi
