# C-13: what each role may do. The matrix comes with what makes the roles.
[ -n "$HAS_ACCESS" ] || give_up "the inventory declares no 'access': there are no roles whose rights could be tried"
give_up "the matrix of roles is not tried yet: there are no kubeconfigs of roles to ask with"
