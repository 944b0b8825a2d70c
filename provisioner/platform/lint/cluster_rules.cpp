// Traps of the chart cluster-level-resources.

#include "provisioner/base/base/text.h"
#include "provisioner/platform/lint/values.h"
#include "provisioner/platform/lint/version_numbers.h"

namespace provisioner::lint {
namespace {

// The first release whose resources are of version v1, which gen3's charts ask for.
constexpr VersionNumbers first_with_v1{0, 16};

}  // namespace

void check_revision(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::cluster_level_resources) return;
  if (!values.text("configurationRevision", "").empty()) return;
  for (const std::string part : {"fluentd", "external-secrets"}) {
    const std::string path = part + ".configuration.enabled";
    if (!values.is(part + ".enabled", false) || !values.is(path, false)) continue;
    findings.push_back(
        {.rule = {},
         .pos = values.place_of(path),
         .because = "the template of '" + part +
                    "' reads 'configurationRevision' at the top of the values, where nothing is: "
                    "Argo CD would follow the repository's default branch",
         .fix =
             "give configurationRevision at the top, beside configuration.configurationRevision"});
  }
}

void check_external_secrets(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::cluster_level_resources || !values.is("external-secrets.enabled", false))
    return;
  const std::string written = values.text("external-secrets.targetRevision", "0.9.13");
  const auto version = version_numbers(written);
  if (!version || *version >= first_with_v1) return;
  findings.push_back(
      {.rule = {},
       .pos = values.place_of("external-secrets.targetRevision"),
       .because = "External Secrets " + written +
                  " does not know external-secrets.io/v1, which gen3's charts ask for",
       .fix = "targetRevision: 0.16.2: of the releases, those of 0.16 alone have both "
              "v1 and the v1beta1 that some charts still ask for"});
}

}  // namespace provisioner::lint
