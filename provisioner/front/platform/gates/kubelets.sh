# C-17: what the kubelets go by, as the API tells it; judged with what nodes say of their kernels.
for pair in $NODES; do
  node=${pair%%=*}
  if config=$(ask get --raw "/api/v1/nodes/$node/proxy/configz" 2>&1); then
    for key in maxPods nodeStatusMaxImages imageGCHighThresholdPercent imageGCLowThresholdPercent; do
      fact "kubelet $key" "$(printf '%s' "$config" | sed -n "s/.*\"$key\":\(-\{0,1\}[0-9]*\).*/\1/p")" "$node"
    done
    case "$config" in *'"serverTLSBootstrap":true'*) right "its certificate is the cluster's" "$node" ;; esac
  else
    lacks "the kubelet of $node does not tell its configuration: $(printf '%s\n' "$config" | tail -n 1)"
  fi
done
