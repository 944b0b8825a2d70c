# P-9: nodes for notebooks, labelled; the controller looks whether their images fit. Nublado lists them itself, from a pod, and
# with what its image trusts alone (lsst-sqre/nublado, src/nublado/storage/docker.py): no authority of the site is among that.
found=$(ask get nodes --selector nublado.lsst.io/permitted=true -o 'jsonpath={range .items[*]}{.metadata.name} {end}') || give_up "the API does not answer"
if [ -n "$found" ]; then right "nodes for notebooks: $found"; else wrong "nublado.lsst.io/permitted" "no node has the label nublado.lsst.io/permitted=true: notebooks go anywhere, or nowhere" "node_labels in the group 'notebook' of the inventory"; fi
need_tools
need_authorities_here
case "$LAB_REGISTRY" in *:*) server=$LAB_REGISTRY ;; *) server=$LAB_REGISTRY:443 ;; esac
shown=$(tool timeout 15 openssl s_client -connect "$server" -servername "${server%:*}" -showcerts 2>&1)
printf '%s\n' "$shown" | sed -n '/^-----BEGIN CERTIFICATE-----$/,/^-----END CERTIFICATE-----$/p' >"$PLACE/lab-registry.pem"
if [ ! -s "$PLACE/lab-registry.pem" ]; then
  why=$(printf '%s\n' "$shown" | awk -F: '/:error:/ { print ($6 == "system lib" ? $9 : $6); exit }')
  wrong "the registry" "pods do not reach the registry of notebooks' images, $LAB_REGISTRY: ${why:-$(printf '%s\n' "$shown" | tail -n 1)}" "phalanx.lab.registry; its name in the site's DNS, and the way there from pods"
else
  why=$(why_stock_images_distrust "$PLACE/lab-registry.pem" "${server%:*}")
  if [ -z "$why" ]; then right "Nublado trusts $LAB_REGISTRY, of which it lists images"
  else wrong "trust" "Nublado lists images of $LAB_REGISTRY, whose certificate its image does not trust ($why): nobody has an image to choose" "another registry: phalanx.lab.registry and repository; or have one of yours with a certificate of a public authority be the site's: registry_kind"; fi
fi
