# P-12: what an environment is made of can be had: the fork of the repository and charts by pods, since Argo CD gets them; images
# of registries by nodes, through the site's mirror where it has one of them.
[ -n "$PHALANX_REPOSITORY" ] || give_up "the inventory names no fork of Phalanx: phalanx.repository"
need_tools
said=$(fetched GET "$PHALANX_REPOSITORY/info/refs?service=git-upload-pack")
case "$(status_of "$said") $(body_of "$said" | head -c 200 | tr -d '\000' | tr '\n' ' ')" in
  200\ *service=git-upload-pack*) right "pods reach the fork $PHALANX_REPOSITORY" ;;
  401\ * | 403\ *) wrong "the fork" "the fork $PHALANX_REPOSITORY asks pods who they are: Argo CD reads it without an account" "make it readable for the cluster, or give Argo CD a repository credential and waive this" ;;
  *) wrong "the fork" "pods do not reach the fork $PHALANX_REPOSITORY: $(answer_of "$said")" "the way there from pods, or a proxy in Argo CD's values" ;;
esac
for registry in ghcr.io docker.io; do
  if [ -e "/etc/containerd/certs.d/$registry/hosts.toml" ]; then
    mirror=$(sed -n 's/^\[host\."\(.*\)"\]$/\1/p; s/^server *= *"\(.*\)"$/\1/p' "/etc/containerd/certs.d/$registry/hosts.toml" | tail -n 1)
    place=$(printf '%s' "$mirror" | sed 's|^\(https*://[^/]*\).*|\1|')
    code=$(timeout 20 curl -sS -o /dev/null -w '%{http_code}' --max-time 15 --cacert "${REGISTRY_CA:-$CA_FILE}" "$place/v2/" 2>/dev/null)
    case "$code" in 200 | 401) right "images of $registry come by $place" ;; *) wrong "$registry" "images of $registry come by the mirror $place, which does not answer ($code)" "provisioner registry status" ;; esac
    continue
  fi
  if [ ! -e "/etc/containerd/certs.d/$registry" ] && [ -e /etc/containerd/certs.d/_default/hosts.toml ]; then
    wrong "$registry" "nodes refuse images of $registry: the site has brought in none" "container_runtime_mirrored: [$registry], with registry_pull_through or images of the list"
    continue
  fi
  place=https://$registry
  [ $registry != docker.io ] || place=https://registry-1.docker.io
  code=$(timeout 20 curl -sS -o /dev/null -w '%{http_code}' --max-time 15 "$place/v2/" 2>/dev/null)
  case "$code" in 200 | 401) right "nodes reach $place" ;; *) wrong "$registry" "nodes do not reach $place, and no mirror stands for it" "container_runtime_mirrored: [$registry], with registry_pull_through or images of the list" ;; esac
done
for place in $HELM_REPOSITORIES; do
  said=$(fetched HEAD "${place%/}/index.yaml")
  case "$(status_of "$said")" in
    200) right "pods reach charts of $place" ;;
    *) wrong "charts" "pods do not reach charts of $place: $(answer_of "$said")" "the way there from pods, a proxy in Argo CD's values, or a mirror named in phalanx_helm_repositories" ;;
  esac
done
