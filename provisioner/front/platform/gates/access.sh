# C-13: what each role may do, asked of the API with a certificate of the role's own, as `provisioner access kubeconfig` makes them.
# Facts "ROLE PLACE" have a letter for each question, in the order in which they were asked: y, n, or ? for no answer; those of groups
# and of what bounds namespaces are named so.
[ -n "$ACCESS_ROLES" ] || give_up "the inventory declares no roles in 'access': there is nobody whose rights could be tried" "docs/manual-handoff.md, Access"
command -v openssl >/dev/null || give_up "this control-plane node has no openssl to make a request with" "base_packages: [..., openssl]"
umask 077
mkdir -p "$PLACE/access"
cd "$PLACE/access" || exit 1
printf '%s\n' "$ACCESS_ASKS" >asks
server=$(kubectl config view --raw --minify -o 'jsonpath={.clusters[0].cluster.server}')

certificate_of() {  # ROLE
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "/O=provisioner:$1/CN=$1:gates" -out "$1.csr" 2>/dev/null || return 1
  ask create -f - >/dev/null <<EOT || return 1
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: "$RUN-$1", labels: {provisioner/gates-of: "$RUN"}}
spec: {signerName: kubernetes.io/kube-apiserver-client, expirationSeconds: 600, usages: [client auth], request: $(base64 -w 0 "$1.csr")}
EOT
  ask certificate approve "$RUN-$1" >/dev/null || return 1
  waited=0
  until [ -s "$1.crt" ]; do
    waited=$((waited + 1))
    [ $waited -lt 60 ] || return 1
    ask get certificatesigningrequest "$RUN-$1" -o 'jsonpath={.status.certificate}' | base64 -d >"$1.crt"
    [ -s "$1.crt" ] || sleep 0.5
  done
  ask delete certificatesigningrequest "$RUN-$1" >/dev/null
}

# A request a question for one curl, and beside it the place of each.
questions_as() {  # ROLE
  awk -v role="$1" -v server="$server" -v places="- $ACCESS_PLACES" '
    { verb[NR] = $1; group[NR] = $2 == "-" ? "" : $2; resource[NR] = $3; scope[NR] = $4 }
    END {
      count = split(places, place, " ")
      for (p = 1; p <= count; p++) for (i = 1; i <= NR; i++) {
        if (place[p] != "-" && scope[i] == "c") continue
        print place[p] >"places"
        parts = split(resource[i], part, "/")
        space = place[p] == "-" ? "" : place[p]
        # Of namespaces one by its name is asked for: its own.
        name = resource[i] == "namespaces" ? (space == "" ? "kube-public" : space) : ""
        printf "url = \"%s/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?pretty=false\"\n", server
        printf "cacert = \"/etc/kubernetes/pki/ca.crt\"\ncert = \"%s.crt\"\nkey = \"%s.key\"\nmax-time = 20\nsilent\n", role, role
        printf "header = \"Content-Type: application/json\"\nwrite-out = \"\\n\"\n"
        text = "{\"apiVersion\": \"authorization.k8s.io/v1\", \"kind\": \"SelfSubjectAccessReview\", \"spec\": {\"resourceAttributes\": {\"verb\": \"" verb[i] "\", \"group\": \"" group[i] "\", \"resource\": \"" part[1] "\", \"subresource\": \"" (parts > 1 ? part[2] : "") "\", \"namespace\": \"" space "\", \"name\": \"" name "\"}}}"
        gsub(/"/, "\\\"", text)
        printf "data = \"%s\"\nnext\n", text
      }
    }' asks | sed '$d' >questions
}

for role in $ACCESS_ROLES; do
  certificate_of "$role" || { lacks "the cluster gave no certificate for the role '$role'" "kubectl get certificatesigningrequests"; continue; }
  questions_as "$role"
  curl --config questions 2>/dev/null | grep '"kind"' |
    sed 's/.*"allowed":true.*/y/; t; s/.*"allowed":false.*/n/; t; s/.*/?/' >answers
  paste -d ' ' places answers | awk -v role="$role" '
    { if (!($1 in said)) order[++count] = $1; said[$1] = said[$1] ($2 == "" ? "?" : $2) }
    END { for (i = 1; i <= count; i++) printf "{\"fact\": \"%s %s\", \"value\": \"%s\"}\n", role, order[i], said[order[i]] }'
  rm -f "$role".* places questions answers
done
# Of each role's groups, as the site's directory names them, one thing that the role may in each of its places: whether they are
# bound to it.
printf '%s\n' "$ACCESS_GROUPS" | while read -r role verb resource place group; do
  [ -n "$group" ] || continue
  if [ "$place" = - ]; then where=--all-namespaces; else where=--namespace=$place; fi
  case "$(ask auth can-i "$verb" "$resource" "$where" --as gates --as-group "$group" 2>/dev/null)" in
    yes) fact "group $role $place $group" y ;;
    no*) fact "group $role $place $group" n ;;
    *) fact "group $role $place $group" "?" ;;
  esac
done
# shellcheck disable=SC2016  # the template's own variables
amounts='{{range .items}}{{range $resource, $amount := .spec.hard}}{{$resource}} {{$amount}}{{"\n"}}{{end}}{{end}}'
# shellcheck disable=SC2016
bounds='{{range .items}}{{range .spec.limits}}{{if eq .type "Container"}}{{range $r, $a := .default}}default {{$r}} {{$a}}{{"\n"}}{{end}}{{range $r, $a := .defaultRequest}}default_request {{$r}} {{$a}}{{"\n"}}{{end}}{{range $r, $a := .max}}max {{$r}} {{$a}}{{"\n"}}{{end}}{{range $r, $a := .min}}min {{$r}} {{$a}}{{"\n"}}{{end}}{{end}}{{end}}{{end}}'
for place in $ACCESS_NAMESPACES; do
  level=$(ask get namespace "$place" -o 'jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}' 2>/dev/null) || continue
  fact "level $place" "$level"
  ask --namespace "$place" get resourcequotas -o "go-template=$amounts" | while read -r resource amount; do fact "quota $place $resource" "$amount"; done
  ask --namespace "$place" get limitranges -o "go-template=$bounds" | while read -r kind resource amount; do fact "limit $place $kind $resource" "$amount"; done
done
