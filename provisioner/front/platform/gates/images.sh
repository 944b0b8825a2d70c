# C-15: every image that runs here, those that the inventory names for what comes (gates_images), and those of the platform's chart
# where this run renders it (G-12), is had by its digest in the site's registry.
[ -n "$REGISTRY" ] || give_up "the inventory names no registry that nodes pull from: container_runtime_registry"
# What was brought to a node by hand, as kubeadm's images, has no digest of a registry there: its name is looked up.
one='{.imageID}{" "}{.image}{"\n"}'
ask get pods --all-namespaces -o "jsonpath={range .items[*]}{range .status.containerStatuses[*]}$one{end}{range .status.initContainerStatuses[*]}$one{end}{end}" >"$PLACE/images-all" || give_up "the API does not tell its pods"
# As nodes read them: "nginx:1.27" is docker.io/library/nginx:1.27.
whole_names() {
  awk '{
    count = split($1, part, "/")
    if (count == 1) $1 = "docker.io/library/" $1
    else if (part[1] !~ /[.:]/ && part[1] != "localhost") $1 = "docker.io/" $1
    if ($1 !~ /@/ && $1 !~ /:[^\/]*$/) $1 = $1 ":latest"
    print $1, "rendered"
  }'
}
: >"$PLACE/images-rendered"
case " $GATES " in
  *" G-12 "*)
    is_there 130 chart.yml no-chart
    if [ -e "$PLACE/chart.yml" ]; then
      sed -n 's/^ *\(- \)\{0,1\}image: *["'\'']\{0,1\}\([^"'\'' ]*\)["'\'']\{0,1\} *$/\2/p' "$PLACE/chart.yml" | whole_names >"$PLACE/images-rendered"
    else
      lacks "the platform's chart was not rendered: its images were not looked for" "G-12 says why"
    fi
    ;;
esac
{
  cat "$PLACE/images-rendered"
  awk '$1 ~ /@sha256:/ {print $1, "runs"} $1 !~ /@/ && NF == 2 {print $2, "runs"}' "$PLACE/images-all"
  for image in $GATES_IMAGES; do echo "$image named"; done
} | sort -u >"$PLACE/images"
[ -s "$PLACE/images" ] || give_up "no pod tells its image"
cat >"$PLACE/image.sh" <<'EOT'
image=$1 why=$2
name=${image%@*} reference=${image##*@}
case "$image" in *@*) ;; *) name=${image%:*} reference=${image##*:} ;; esac
case "$name" in "$REGISTRY"/*) path=${name#*/} ;; *) path=mirror/$name ;; esac
code=$(timeout 20 curl -sS -o /dev/null -w '%{http_code}' --head --cacert "${REGISTRY_CA:-$CA_FILE}" -H 'Accept: application/vnd.oci.image.manifest.v1+json' -H 'Accept: application/vnd.oci.image.index.v1+json' \
  -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' -H 'Accept: application/vnd.docker.distribution.manifest.list.v2+json' "https://$REGISTRY/v2/$path/manifests/$reference" 2>/dev/null)
echo "$code $why $image"
EOT
export REGISTRY CA_FILE REGISTRY_CA
xargs -P 4 -n 2 sh "$PLACE/image.sh" <"$PLACE/images" >"$PLACE/images-tried"
while read -r code why image; do
  case "$code $why $image" in
    "200 "*@sha256:* | "200 runs "* | "200 rendered "*) right "$image" ;;
    "200 "*) wrong "$image" "the image $image is named by a tag: what it is tomorrow nobody knows" "name it by its digest" ;;
    "000 "*) wrong "$image" "the registry $REGISTRY does not answer for $image" "provisioner registry status" ;;
    *" rendered "*) wrong "$image" "the chart of the platform asks for the image $image, and the site's registry does not have it" "have it in the list of artefacts, then provisioner cluster up $INSTANCE" ;;
    *" runs "*) wrong "$image" "the image $image runs here, and the site's registry does not have it: a node that lacks it could not start it" "provisioner cluster up $INSTANCE" ;;
    *) wrong "$image" "the image $image is to run here, and the site's registry does not have it" "provisioner cluster up $INSTANCE" ;;
  esac
done <"$PLACE/images-tried"
