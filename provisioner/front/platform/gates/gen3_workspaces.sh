# G-10: nodes that workspaces look for, where the bundle's values have them look for some. The namespaces that its values name are
# held against the declaration of access by the controller.
[ -n "$WORKSPACES" ] || give_up "the inventory says nothing of Gen3: gen3" "docs/manual-handoff.md, The bundle"
fact gen3 "$GEN3_NAMESPACE"
fact workspaces "$WORKSPACES"
[ "$HAS_WORKSPACE_NODES" = true ] || { right "workspaces look for no label (skipNodeSelector)"; exit 0; }
found=$(ask get nodes --selector role=jupyter -o 'jsonpath={range .items[*]}{.metadata.name} {end}') || give_up "the API does not answer"
if [ -n "$found" ]; then right "nodes for workspaces: $found"; else wrong "role=jupyter" "no node has the label role=jupyter, and the bundle's values have workspaces look for it: none starts" "provisioner cluster up $INSTANCE gives nodes their node_labels"; fi
