# Run by sh as root. Of the file system that images lie on, a line each: "size BYTES", "free BYTES", "most PERCENT" in use
# before the kubelet throws images away, "architecture NAME", "own" where it is one of its own, "blob DIGEST" for all that is
# there. Only looks.
place=/var/lib/containerd
printf 'size %s\n' $(($(stat --file-system --format '%b * %S' "$place")))
printf 'free %s\n' $(($(stat --file-system --format '%a * %S' "$place")))
# What the last drop-in says holds.
most=$(cat /var/lib/kubelet/config.yaml /etc/kubernetes/kubelet.d/*.conf 2>/dev/null | sed -n 's/^imageGCHighThresholdPercent: *//p' | tail -n 1)
printf 'most %s\n' "${most:-85}"
case $(uname -m) in
  x86_64) echo 'architecture amd64' ;;
  aarch64) echo 'architecture arm64' ;;
  *) printf 'architecture %s\n' "$(uname -m)" ;;
esac
! mountpoint --quiet "$place" || echo own
ctr --namespace k8s.io content list --quiet | sed 's/^sha256:/blob /'
