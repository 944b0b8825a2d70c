#!/bin/sh
# Stands for sudo: asks for the password "right" where there is no -n, three times as sudo does, and runs the command as who
# calls it. What it was called with goes to the file that SUDO_DOUBLE_LOG names.
echo "$*" >>"${SUDO_DOUBLE_LOG:-/dev/null}"
prompt= may_ask=yes user=
while [ $# -gt 0 ]; do
  case $1 in
    -n) may_ask=no ;;
    -p) prompt=$2; shift ;;
    -u) user=$2; shift ;;
    --) shift; break ;;
  esac
  shift
done
case $user in
  nobody-here) echo "sudo: unknown user $user" >&2; exit 1 ;;
  silent) exec sleep 60 ;;
  needs-none) exec "$@" ;;
esac
if [ $may_ask = no ]; then echo "sudo: a password is required" >&2; exit 1; fi
for try in 1 2 3; do
  printf '%s' "$prompt" >&2
  read -r password || { echo "sudo: no password was provided" >&2; exit 1; }
  if [ "$password" = right ]; then exec "$@"; fi
  echo "Sorry, try again." >&2
done
echo "sudo: 3 incorrect password attempts" >&2
exit 1
