# G-10: nodes that workspaces look for.
case "$SKIP_NODE_SELECTOR" in [Tt]rue | yes) right "workspaces look for no label (skipNodeSelector)"; exit 0 ;; esac
found=$(ask get nodes --selector role=jupyter -o 'jsonpath={range .items[*]}{.metadata.name} {end}') || give_up "the API does not answer"
if [ -n "$found" ]; then right "nodes for workspaces: $found"; else wrong "role=jupyter" "no node has the label role=jupyter: with global.dev false no workspace of Gen3 starts" "node_labels: {role: jupyter} in a group of the inventory, or gen3_skip_node_selector"; fi
