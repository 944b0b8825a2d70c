# P-9: nodes for notebooks, labelled, and with room for their images.
found=$(ask get nodes --selector nublado.lsst.io/permitted=true -o 'jsonpath={range .items[*]}{.metadata.name} {end}') || give_up "the API does not answer"
if [ -n "$found" ]; then right "nodes for notebooks: $found"; else wrong "nublado.lsst.io/permitted" "no node has the label nublado.lsst.io/permitted=true: notebooks go anywhere, or nowhere" "node_labels in the group 'notebook' of the inventory"; fi
for node in $found; do
  free=$(ask get --raw "/api/v1/nodes/$node/proxy/stats/summary" 2>/dev/null | tr -d ' \n' | sed -n 's/.*"imageFs":{[^}]*"availableBytes":\([0-9]*\).*/\1/p')
  if [ -z "$free" ]; then lacks "the kubelet of $node does not tell how much room its images have"
  elif [ "$free" -ge 53687091200 ]; then right "room for images: $((free / 1073741824)) GiB" "$node"
  else wrong "room for images" "$node has $((free / 1073741824)) GiB for images; a few releases of the notebook image need 50" "a larger disk for /var/lib/containerd, or fewer images that are prepulled" "$node"; fi
done
