// Which applications Phalanx has.

#include "provisioner/platform/handoff/phalanx_applications.h"

#include "provisioner/base/base/text.h"

namespace provisioner::handoff {

const std::vector<std::string>& known_phalanx_applications() {
  static const std::vector<std::string> all = base::split(
      "argo-workflows argocd atlantis auxtel bigquery-kafka butler butler-writer-service "
      "calsys cert-manager checkerboard cm-service consdb consdbtap control-system-test "
      "csc-versions datalinker docverse envsys ephemcache eups-distributor exposure-checker "
      "exposurelog fastapi-bootcamp fov-quicklook gafaelfawr ghostwriter giftless gke "
      "google-cloud-observability grafana herald hips hoverdrive ingress-nginx "
      "jira-data-proxy keda livetap love mobu monitoring mpsky muster narrativelog "
      "next-visit-fan-out nightlydigest nightreport noteburst nublado nublado-fileservers "
      "nublado-users nvr-control obsloctap obssys ocps-uws-job onepassword-connect ook "
      "plot-navigator portal postgres ppdb-replication ppdbtap production-tools "
      "prompt-kafka prompt-keda-hsc prompt-keda-latiss prompt-keda-lsstcam prompt-pub "
      "prompt-redis qserv-kafka rapid-analysis repertoire rolex2 rubin-rag "
      "rubin-too-producer rubintv rubintv-dev s3-file-notifications s3proxy sasquatch "
      "sasquatch-backpack schedview-snapshot schedview-static-pages semaphore sia "
      "simonyitel squarebot squareone ssotap strimzi strimzi-access-operator "
      "strimzi-registry-operator tap templatebot times-square turborepo-cache unfurlbot "
      "usertap uws vault vault-secrets-operator vo-cutouts weatherbroadcaster wobbly",
      ' ');
  return all;
}

}  // namespace provisioner::handoff
