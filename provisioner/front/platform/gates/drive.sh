# Run by systemd as the service of one run, after the prelude: clears what others left, has a probe on each node, and carries
# gates out side by side. Each gate's lines are in ID.out, and then "STATUS SECONDS" in ID.end.
cd "$PLACE" || exit 1
label=provisioner/gates
# The controller reads the last of it; one that is dead does not.
until_had() {
  waited=0
  until [ -e had ] || [ $waited -ge 120 ]; do
    waited=$((waited + 1))
    sleep 0.5
  done
}
busy() {
  printf '%s\n' "$1" >unfit
  for gate in $GATES; do
    printf '{"lacks": "%s"}\n' "$(quoted "$1")" >"$gate.out"
    echo "0 0" >"$gate.end"
  done
  until_had
  exit 0
}
# A run whose holder is this controller is dead, since we hold its lock; one of others is when its time is over.
old=$(ask get namespaces --selector $label -o 'jsonpath={range .items[*]}{.metadata.name} {.status.phase} {.metadata.annotations.provisioner/gates-until} {.metadata.annotations.provisioner/gates-holder}{"\n"}{end}') ||
  busy "the API does not answer"
printf '%s\n' "$old" | while read -r name phase until holder; do
  # What goes already is Kubernetes' own: it may wait there for an extension of the API that is away.
  [ -n "$name" ] && [ "$name" != "$RUN" ] && [ "$phase" != Terminating ] || continue
  if [ "$holder" = "$HOLDER" ] || [ "${until:-0}" -lt "$(date +%s)" ]; then
    echo "$name"
  else
    echo "busy $name $until $holder"
  fi
done >old
if grep '^busy ' old >others; then
  read -r _ name until holder <others
  busy "another run of gates is at work on this cluster ($holder, $name), until $(date -u -d "@$until" +%H:%M:%SZ) at most"
fi
# shellcheck disable=SC2013  # words
for name in $(cat old); do
  systemctl stop "$name.service" >/dev/null 2>&1
  timeout 30 kubectl delete persistentvolumes --selector "provisioner/gates-of=$name" --ignore-not-found --wait=false >/dev/null 2>&1
  timeout 60 kubectl delete namespace "$name" --ignore-not-found --timeout 50s >/dev/null 2>&1
  timeout 30 kubectl delete certificatesigningrequests --selector "provisioner/gates-of=$name" --ignore-not-found >/dev/null 2>&1
  rm -rf "/run/provisioner-gates/$name" "/var/lib/provisioner-gates/$name"
done
[ ! -s old ] || echo "cleared $(tr '\n' ' ' <old)"
ask apply -f - >/dev/null 2>refused <<EOT || busy "a namespace is refused: $(tail -n 1 refused)"
apiVersion: v1
kind: Namespace
metadata:
  name: $RUN
  labels: {$label: run, pod-security.kubernetes.io/enforce: privileged}
  annotations: {provisioner/gates-until: "$(($(date +%s) + LONGEST))", provisioner/gates-holder: "$HOLDER"}
EOT

# A page of its node's name, a larger one, and a server that tells what it was asked: for ways and for the ingress.
probe_of() {  # NODE
  cat <<EOT
---
apiVersion: v1
kind: Pod
metadata: {name: "probe-$1", namespace: $RUN, labels: {part: probe}}
spec:
  nodeName: "$1"
  terminationGracePeriodSeconds: 0
  automountServiceAccountToken: false
  tolerations: [{operator: Exists}]
  securityContext: {runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: probe
      image: "$IMAGE"
      command:
        - sh
        - -c
        - |
          mkdir -p /tmp/pages && cd /tmp/pages && echo "$1" >index.html && dd if=/dev/zero of=large bs=1024 count=256 2>/dev/null
          cat >/tmp/answer <<'END'
          length=0 upgrade=
          read -r first
          asked="\$first"
          while read -r line; do
            line=\$(printf '%s' "\$line" | tr -d '\r')
            [ -n "\$line" ] || break
            asked="\$asked
          \$line"
            case "\$line" in
              [Cc]ontent-[Ll]ength:*) length=\${line#*: } ;;
              [Uu]pgrade:*[Ww]ebsocket*) upgrade=yes ;;
            esac
          done
          if [ -n "\$upgrade" ]; then
            printf 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n'
            exit 0
          fi
          came=0
          [ "\$length" = 0 ] || came=\$(head -c "\$length" | wc -c)
          body="\$asked
          body \$came"
          printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n%s\n' "\$body"
          END
          httpd -p 8080 -h /tmp/pages
          while :; do nc -ll -p 8081 -e sh /tmp/answer; nc -lk -p 8081 -e sh /tmp/answer; sleep 1; done
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1, failureThreshold: 60}
EOT
}
have_probes() {
  ready=$(ask get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' | sed -n 's/ True$//p')
  [ -n "$ready" ] || { echo "no node is ready" >unfit; return; }
  {
    for node in $ready; do probe_of "$node"; done
    cat <<EOT
---
apiVersion: v1
kind: Service
metadata: {name: probe, namespace: $RUN}
spec: {selector: {part: probe}, ports: [{name: pages, port: 80, targetPort: 8080}, {name: answers, port: 81, targetPort: 8081}]}
EOT
  } >probes.yml
  tries=0
  # A namespace has its service account a moment after itself.
  until ask apply -f probes.yml >/dev/null 2>refused; do
    tries=$((tries + 1))
    [ $tries -lt 10 ] || { echo "pods are refused: $(tail -n 1 refused)" >unfit; return; }
    sleep 1
  done
  if ! timeout 100 kubectl --namespace "$RUN" wait --for=condition=Ready pod --selector part=probe --timeout 90s >/dev/null 2>&1; then
    echo "probes did not become ready: $(here get pods --selector part=probe -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.phase}{" "}{.status.containerStatuses[0].state.waiting.reason}{" "}{.status.containerStatuses[0].state.waiting.message}{"; "}{end}')" >unfit
    return
  fi
  here get pods --selector part=probe -o 'jsonpath={range .items[*]}{.spec.nodeName}{" "}{.status.podIP}{"\n"}{end}' >ready.new && mv ready.new ready
}
# busybox with the node's own programs, libraries and certificates: one that no image need be had for.
have_tools() {
  {
    cat <<EOT
apiVersion: v1
kind: Pod
metadata: {name: tools, namespace: $RUN}
spec:
  terminationGracePeriodSeconds: 0
  automountServiceAccountToken: false
  tolerations: [{operator: Exists}]
  containers:
    - name: it
      image: "$IMAGE"
      command: [sleep, "600"]
EOT
    node_programs
  } >tools.yml
  tries=0
  until ask apply -f tools.yml >/dev/null 2>refused-tools; do
    tries=$((tries + 1))
    [ $tries -lt 10 ] || { echo "a pod with programs is refused: $(tail -n 1 refused-tools)" >no-tools; return; }
    sleep 1
  done
  if ! timeout 70 kubectl --namespace "$RUN" wait --for=condition=Ready pod/tools --timeout 60s >/dev/null 2>&1; then
    echo "the pod with programs did not become ready: $(here get pod tools -o 'jsonpath={.status.phase} {.status.containerStatuses[0].state.waiting.reason}')" >no-tools
  elif said=$(tool curl --version 2>&1); then
    touch tools
  else
    echo "the node's curl does not run in a pod: $(printf '%s\n' "$said" | tail -n 1)" >no-tools
  fi
}
# shellcheck disable=SC2046,SC2086  # words
if grep -q '^ *need_tools' $(printf '%s.sh ' $GATES); then
  have_tools &
  equipping=$!
fi
# shellcheck disable=SC2046,SC2086  # words
if grep -q '^ *need_probes' $(printf '%s.sh ' $GATES); then
  have_probes &
  probing=$!
fi
cat >one.sh <<'EOT'
began=$(date +%s%N)
timeout 170 sh "$1.sh" >"$1.out" 2>"$1.err"
status=$?
echo "$status $((($(date +%s%N) - began) / 100000000))" >"$1.end.new"
mv "$1.end.new" "$1.end"
EOT
# shellcheck disable=SC2086
printf '%s\n' $GATES | xargs -P 6 -n 1 sh one.sh
# shellcheck disable=SC2086  # none, one or two
kill ${probing:-} ${equipping:-} 2>/dev/null
until_had
