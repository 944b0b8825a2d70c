#!/bin/sh
# Whether pods find Elasticsearch 7.10 by the name that Gen3's services have for it. Makes an index, and takes it away again.
# Needs kubectl and the rights to run a pod in the namespace; IMAGE is one with curl.
set -eu
image="${IMAGE:-docker.io/curlimages/curl:8.11.1}"
index="handoff-check-$$"
kubectl --namespace @NAMESPACE@ run "$index" --image "$image" --restart Never --rm --attach --quiet --command -- sh -euc '
  at=http://gen3-elasticsearch-master:9200
  said=$(curl -sSf -m 20 "$at/") || { echo "elasticsearch: nobody answers at $at" >&2; exit 2; }
  case "$said" in
    *\"number\"*7.10.*) ;;
    *) echo "elasticsearch: it is not 7.10: $said" >&2; exit 2 ;;
  esac
  curl -sSf -m 20 -X PUT "$at/'"$index"'" >/dev/null
  curl -sSf -m 20 -X DELETE "$at/'"$index"'" >/dev/null
  echo "elasticsearch: 7.10 answers, an index was made and taken away"'
