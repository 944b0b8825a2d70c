# G-9: External Secrets is absent, or, where Gen3's charts are to make objects of it, of a release that serves both versions of its
# kinds that they name.
kinds=$(ask get crd externalsecrets.external-secrets.io -o 'jsonpath={range .spec.versions[*]}{.name}={.served} {end}' 2>/dev/null)
kinds=${kinds% }
case "$OWNER_external_secrets $kinds" in
  "absent " | "platform ") right "External Secrets is not there, as the profile has it" ;;
  "absent "* | "platform "*) wrong "absence" "External Secrets is there, and the profile says that it is $OWNER_external_secrets" "provisioner profile explain $INSTANCE" ;;
  *" ") wrong "External Secrets" "External Secrets is not there, and the profile says that it is $OWNER_external_secrets" "install 0.16, or components: {external_secrets: absent}" ;;
  *) case "$DEPLOYS_EXTERNAL_SECRETS $kinds" in
      [fF]alse*) right "it serves $kinds, and Gen3's charts make nothing of it" ;;
      *v1=true*v1beta1=true* | *v1beta1=true*v1=true*) right "it serves v1 and v1beta1" ;;
      *) wrong "versions" "External Secrets serves $kinds: some of Gen3's templates need v1, and seven v1beta1" "release 0.16 serves both" ;;
    esac ;;
esac
