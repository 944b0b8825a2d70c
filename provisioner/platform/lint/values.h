#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/platform/lint/lint.h"

namespace provisioner::lint {

// A values file while rules look at it.
class Values {
 public:
  explicit Values(const value::Value& root) : root_(root) {}

  const value::Value& root() const { return root_; }
  // "global.postgres.dbCreate"; nullptr where the file does not say it.
  const value::Value* find(std::string_view path) const;
  // The nearest that the file has above it, where something could be said.
  base::Pos place_of(std::string_view path) const;

  bool is(std::string_view path, bool otherwise) const;  // `otherwise` is the chart's own
  std::string text(std::string_view path, std::string_view otherwise) const;

  // Every value with the key that it stands under, in the order of the file; those of a list stand
  // under that of the list.
  using Look = std::function<void(const std::string& key, const value::Value& value)>;
  void each(const Look& look) const;

 private:
  const value::Value& root_;
};

using Findings = std::vector<Finding>;
using Check = void (*)(const Values& values, Chart chart, Findings& findings);

void check_superuser(const Values& values, Chart chart, Findings& findings);
void check_database_flag(const Values& values, Chart chart, Findings& findings);
void check_passwords(const Values& values, Chart chart, Findings& findings);
void check_zones(const Values& values, Chart chart, Findings& findings);
void check_alloy_configuration(const Values& values, Chart chart, Findings& findings);
void check_others_servers(const Values& values, Chart chart, Findings& findings);
void check_revision(const Values& values, Chart chart, Findings& findings);
void check_external_secrets(const Values& values, Chart chart, Findings& findings);
void check_network_policies(const Values& values, Chart chart, Findings& findings);
void check_certificates(const Values& values, Chart chart, Findings& findings);
void check_portal(const Values& values, Chart chart, Findings& findings);
void check_slack_secret(const Values& values, Chart chart, Findings& findings);
void check_contact_points(const Values& values, Chart chart, Findings& findings);
void check_images(const Values& values, Chart chart, Findings& findings);

}  // namespace provisioner::lint
