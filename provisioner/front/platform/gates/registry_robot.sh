# C-10, on the nodes of the registry, before and after: an account for the robot of gates (LINE), or without one nothing that it had;
# a timer takes it away where nobody comes back.
umask 077
accounts=/etc/site-registry/incoming-accounts
clean="sed -i /^$ROBOT:/d $accounts; rm -rf '$INCOMING/docker/registry/v2/repositories/incoming/provisioner-gates' '$STORAGE/docker/registry/v2/repositories/vetted/provisioner-gates'"
systemctl stop provisioner-gates-robot.timer 2>/dev/null
sh -c "$clean" || exit 1
[ -n "$LINE" ] || exit 0
systemd-run --quiet --collect --unit=provisioner-gates-robot --on-active=200 /bin/sh -c "$clean" || exit 1
printf '%s\n' "$LINE" >>$accounts
