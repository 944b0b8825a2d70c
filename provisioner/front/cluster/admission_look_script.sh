# Run by sh with an instance. "none" where there is no cluster, "stands" where it has the policy of vetted images (playbooks/roles/admission).
# Else "begins", and a line each, by tabs: "namespace" and the name of one that it would bind; "pod", namespace, name, and the images that it
# would look at, of each pod that is not over. Only looks.
export KUBECONFIG=/etc/kubernetes/admin.conf
[ -e "$KUBECONFIG" ] || { echo none; exit 0; }
binding=$(timeout 20 kubectl get validatingadmissionpolicybinding vetted-images --ignore-not-found --output name) || exit 1
[ -z "$binding" ] || { echo stands; exit 0; }
echo begins
timeout 20 kubectl get namespaces --selector "provisioner/instance=$1" --output jsonpath='{range .items[*]}namespace{"\t"}{.metadata.name}{"\n"}{end}' || exit 1
timeout 20 kubectl get pods --all-namespaces --field-selector 'status.phase!=Succeeded,status.phase!=Failed' --output jsonpath='{range .items[*]}'\
'pod{"\t"}{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}'\
'{.spec.containers[*].image} {.spec.initContainers[*].image} {.spec.ephemeralContainers[*].image} {.spec.volumes[*].image.reference}'\
'{"\n"}{end}'
