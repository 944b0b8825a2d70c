# Run by sh. A line a pod: namespace, name, node, and all that says what it runs: what the policy of vetted images looks at
# (playbooks/roles/admission), and of what its containers came. Only looks.
timeout 60 kubectl --kubeconfig /etc/kubernetes/admin.conf get pods --all-namespaces --output jsonpath='{range .items[*]}'\
'{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}{.spec.nodeName}{"\t"}'\
'{.spec.containers[*].image} {.spec.initContainers[*].image} {.spec.ephemeralContainers[*].image} {.spec.volumes[*].image.reference} '\
'{.status.containerStatuses[*].imageID} {.status.initContainerStatuses[*].imageID} {.status.ephemeralContainerStatuses[*].imageID}'\
'{"\n"}{end}'
