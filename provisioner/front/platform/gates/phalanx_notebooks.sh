# P-9: nodes for notebooks, labelled; the controller looks whether their images fit.
found=$(ask get nodes --selector nublado.lsst.io/permitted=true -o 'jsonpath={range .items[*]}{.metadata.name} {end}') || give_up "the API does not answer"
if [ -n "$found" ]; then right "nodes for notebooks: $found"; else wrong "nublado.lsst.io/permitted" "no node has the label nublado.lsst.io/permitted=true: notebooks go anywhere, or nowhere" "node_labels in the group 'notebook' of the inventory"; fi
