# C-10: nodes pull an image by its digest through the site's registry, and an image that nobody has vetted is refused.
[ -n "$REGISTRY" ] || give_up "the inventory names no registry that nodes pull from: container_runtime_registry"
path=$(printf '%s' "$IMAGE" | sed 's/@.*//; s/:[^:/]*$//')
tag=$(printf '%s' "$IMAGE" | sed -n 's/.*:\([^:/]*\)$/\1/p')
if ! head=$(timeout 20 curl -sS --head --cacert "${REGISTRY_CA:-$CA_FILE}" -H 'Accept: application/vnd.oci.image.manifest.v1+json' -H 'Accept: application/vnd.oci.image.index.v1+json' \
  -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' -H 'Accept: application/vnd.docker.distribution.manifest.list.v2+json' \
  "https://$REGISTRY/v2/mirror/$path/manifests/${tag:-latest}" 2>&1); then
  wrong "the registry over TLS" "the registry $REGISTRY does not answer over TLS of the site's authority: $head" "provisioner registry status"
  exit 0
fi
right "the registry answers over TLS of the site's authority"
digest=$(printf '%s\n' "$head" | tr -d '\r' | sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: //p')
[ -n "$digest" ] || give_up "the registry has no mirror/$path:${tag:-latest}: there is nothing to pull" "gates_image; have it in the list of artefacts, then provisioner cluster up"
members=$(ask get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' | sed -n 's/ True$//p')
since=$(($(date +%s) - 5))  # clocks of nodes agree as far as C-1 has them
await_account
for node in $members; do
  cat <<EOT
---
apiVersion: v1
kind: Pod
metadata: {name: "pull-$node", namespace: $RUN, labels: {gate: registry}}
spec:
  nodeName: "$node"
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  automountServiceAccountToken: false
  tolerations: [{operator: Exists}]
  containers: [{name: it, image: "$path@$digest", imagePullPolicy: Always, command: ["true"]}]
EOT
done | ask apply -f - >/dev/null || give_up "pods are refused"
waited=0
while [ $waited -lt 40 ]; do
  states=$(here get pods --selector gate=registry -o 'jsonpath={range .items[*]}{.spec.nodeName}{"\t"}{.status.phase}{"\t"}{.status.containerStatuses[0].state.waiting.reason}{"\n"}{end}')
  printf '%s\n' "$states" | grep -v -e Succeeded -e ErrImagePull -e ImagePullBackOff | grep -q . || break
  waited=$((waited + 1))
  sleep 1
done
seen=
if printf '%s\n' "$states" | grep -q Succeeded; then
  seen=$(pulls_in_log "$since" "$path/manifests/$digest")
  case "$seen" in
    "seen "*) ;;
    "others look after the registry"*) note "$seen" ;;
    *) lacks "$seen" "provisioner registry status" ;;
  esac
fi
printf '%s\n' "$states" | while IFS="$(printf '\t')" read -r node phase reason; do
  if [ "$phase" = Succeeded ]; then
    right "pulls $path by its digest" "$node"
    case "$seen " in
      "seen"*" $node "*) right "and the registry's log has its request" "$node" ;;
      "seen "*) wrong "the registry's log" "$node pulls $path, and the registry's log has no request of it for $digest: it pulled elsewhere" "look at /etc/containerd/certs.d on $node; on the registry's node: journalctl -u site-registry@read" "$node" ;;
    esac
  else
    message=$(here get events --field-selector "involvedObject.name=pull-$node" -o 'jsonpath={range .items[*]}{.message}{"\n"}{end}' | grep -e 'Failed to pull' -e rror | head -n 1 | sed 's/.*failed to resolve reference/failed to resolve reference/')
    wrong "pulls $path by its digest" "$node does not pull through the registry's mirror: ${message:-$phase ${reason:-}}" "look at /etc/containerd/certs.d on $node; provisioner cluster up $INSTANCE" "$node"
  fi
done
case "$VETTED_ONLY" in
  [Tt]rue | yes)
    [ -n "$VETTED_NAMESPACES" ] || lacks "no namespace is named whose images must be vetted: none was tried" "admission_namespaces"
    for namespace in $VETTED_NAMESPACES; do
      if said=$(ask --namespace "$namespace" run gates-unvetted --image "$IMAGE" --restart Never --dry-run=server 2>&1); then
        if ask get validatingadmissionpolicybinding vetted-images >/dev/null 2>&1; then why="the policy is bound, and does not hold for this namespace (label provisioner/instance=$INSTANCE)"; else why="the policy 'vetted-images' is not bound"; fi
        wrong "an image nobody has vetted" "the API takes an image that nobody has vetted into the namespace '$namespace': $why" "provisioner cluster up $INSTANCE"
      else
        case "$said" in
          *"not vetted"*) right "an image that nobody has vetted is refused in '$namespace'" ;;
          *) wrong "an image nobody has vetted" "the namespace '$namespace' refuses a pod for another reason: $(printf '%s\n' "$said" | tail -n 1)" "kubectl -n $namespace run --dry-run=server" ;;
        esac
      fi
    done
    ;;
  *) lacks "the inventory does not ask that images be vetted: nothing refuses one that nobody has looked into" "admission_vetted_only: true, and admission_namespaces" ;;
esac
