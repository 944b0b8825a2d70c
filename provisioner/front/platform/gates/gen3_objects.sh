# G-5: the object store's S3 interface answers, from a pod and from outside. Keys are tried by the platform's own services.
[ -n "$S3" ] || give_up "the inventory declares no object store for Gen3: gen3_s3"
need_probes
node=${nodes%% *}
if said=$(probe "$node" sh -c 'timeout 10 wget -S -q -O /dev/null "$1" 2>&1 | head -n 1' sh "$S3") && printf '%s' "$said" | grep -q HTTP/; then
  right "a pod is answered: $(printf '%s' "$said" | tr -s ' ')" "$node"
else
  wrong "from a pod" "a pod on $node has no answer from $S3" "gen3_s3; the way there from pods" "$node"
fi
came=$(from_outside "$S3")
if [ "$came" = yes ]; then right "the controller is answered"; else wrong "from outside" "the controller has no answer from $S3: $came" "gen3_s3"; fi
lacks "no key of the object store is known here: nothing was put, got and signed" "it is tried with the platform's own key after its deployment, or waived"
