bundle=$1
# Argo CD follows a branch, and Phalanx tells it the one that is checked out (lsst-sqre/phalanx, src/phalanx/storage/config.py).
if ! git show-ref --verify --quiet "refs/heads/$revision"; then
  status=0
  git ls-remote --exit-code origin "refs/heads/$revision" >/dev/null || status=$?
  case $status in
    0) ;;
    2)
      echo "'$revision' is no branch of $repository: Argo CD follows a branch, and no tag or commit; nothing was changed" >&2
      echo "make one: git push origin '$revision^{commit}:refs/heads/NAME'; then phalanx.revision: NAME, and a new bundle" >&2
      exit 2
      ;;
    *) exit $status ;;
  esac
  git fetch --quiet origin "refs/heads/$revision:refs/remotes/origin/$revision"
  git branch --quiet --track "$revision" "origin/$revision"
fi
git checkout --quiet "$revision" --
cp -R "$bundle/phalanx/environments" "$bundle/phalanx/applications" .
git add environments applications
git diff --cached --quiet || git commit --quiet --message "Add the environment $environment"
git push --quiet origin "refs/heads/$revision:refs/heads/$revision"
phalanx environment lint "$environment"
if [ -z "${VAULT_ROLE_ID:-}" ] || [ -z "${VAULT_SECRET_ID:-}" ] || [ -z "${VAULT_TOKEN:-}" ]; then
  echo "with a VAULT_TOKEN that may make roles: phalanx vault create-read-approle $environment" >&2
  echo "and: phalanx vault create-write-token $environment" >&2
  echo 'then export VAULT_ROLE_ID, VAULT_SECRET_ID and, as VAULT_TOKEN, the token that writes, and come back' >&2
  exit 2
fi
phalanx secrets audit "$environment" || {
  echo "fill in a copy of phalanx/static-secrets.yaml, then: phalanx secrets sync --secrets COPY $environment" >&2
  exit 2
}
phalanx environment install "$environment"
