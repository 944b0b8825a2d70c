// Who owns which component.

#include "provisioner/platform/profile/profile.h"

#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::profile {
namespace {

struct Told {
  Profile profile;
  std::string mistakes;
};

Told told(const std::string& yaml) {
  base::Diagnostics diagnostics;
  const value::Value inventory =
      value::read_yaml(base::register_source("main.yml", yaml), diagnostics);
  Told answer{profile_of(inventory.find("platform"), inventory.find("components"), diagnostics),
              ""};
  for (const base::Error& error : diagnostics.errors()) answer.mistakes += error.render() + "\n";
  return answer;
}

std::string ours_in(const Profile& profile) {
  std::string ours;
  for (const Ownership& one : profile.components)
    if (one.owner == Owner::provisioner) ours += one.component + " ";
  return ours;
}

TEST(Profile, OfAPlainClusterHasAllThatThereIsARoleFor) {
  base::Diagnostics diagnostics;
  const Profile profile = profile_of(nullptr, nullptr, diagnostics);
  EXPECT_EQ(profile.platform, Platform::plain);
  EXPECT_EQ(ours_in(profile), "ingress load_balancer storage_classes metrics logs registry ");
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(Profile, OfPhalanxLeavesItsOwnToIt) {
  const Profile profile = told("platform: phalanx\n").profile;
  EXPECT_EQ(profile.owner_of("ingress"), Owner::platform);
  EXPECT_EQ(profile.owner_of("cert_manager"), Owner::platform);
  EXPECT_EQ(profile.owner_of("argo_cd"), Owner::platform);
  EXPECT_EQ(profile.owner_of("secrets_operator"), Owner::platform);
  EXPECT_EQ(profile.owner_of("load_balancer"), Owner::site);
  EXPECT_EQ(ours_in(profile), "storage_classes metrics logs registry ");
}

TEST(Profile, OfGen3HasAnIngressAndFindsItsDeployer) {
  const Profile profile = told("platform: gen3\n").profile;
  EXPECT_TRUE(profile.is_ours("ingress"));
  EXPECT_EQ(profile.owner_of("argo_cd"), Owner::site);
  EXPECT_EQ(profile.owner_of("external_secrets"), Owner::absent);
}

TEST(Profile, HasNoWayToFilesAndBatchJobsWhereNobodySaysWhose) {
  for (const char* platform : {"plain", "gen3", "phalanx", "csoc"}) {
    const Profile profile = told("platform: " + std::string(platform) + "\n").profile;
    EXPECT_EQ(profile.owner_of("file_access"), Owner::absent);
    EXPECT_EQ(profile.owner_of("batch_access"), Owner::absent);
  }
  const Told asked =
      told("platform: phalanx\ncomponents: {file_access: platform, batch_access: site}\n");
  EXPECT_EQ(asked.mistakes, "");
  EXPECT_EQ(asked.profile.owner_of("file_access"), Owner::platform);
  EXPECT_EQ(asked.profile.owner_of("batch_access"), Owner::site);
  EXPECT_EQ(
      told("components: {batch_access: provisioner}\n").mistakes,
      "main.yml:1:28: error: the provisioner brings no 'batch_access'\n"
      "    1 | components: {batch_access: provisioner}\n"
      "      |                            ^\n"
      "hint: it is the site's, the platform's or absent; brought are: ingress, load_balancer, "
      "cert_manager, storage_classes, metrics, logs, registry, dashboard\n");
}

TEST(Profile, IsOverriddenByTheInventoryWhichIsNamed) {
  const Profile profile = told("platform: gen3\ncomponents: {ingress: site}\n").profile;
  EXPECT_EQ(profile.owner_of("ingress"), Owner::site);
  EXPECT_EQ(profile.components.front().because, "the inventory says so: main.yml:2:23");
}

TEST(Profile, NamesTheNearestOfWhatThereIsNot) {
  EXPECT_EQ(told("platform: phalank\n").mistakes,
            "main.yml:1:11: error: there is no platform 'phalank'\n"
            "    1 | platform: phalank\n"
            "      |           ^\n"
            "hint: did you mean 'phalanx'?\n");
  EXPECT_EQ(told("components: {ingres: site}\n").mistakes,
            "main.yml:1:14: error: there is no component 'ingres'\n"
            "    1 | components: {ingres: site}\n"
            "      |              ^\n"
            "hint: did you mean 'ingress'?\n");
  EXPECT_EQ(told("components: {ingress: sites}\n").mistakes,
            "main.yml:1:23: error: 'sites' cannot own 'ingress'\n"
            "    1 | components: {ingress: sites}\n"
            "      |                       ^\n"
            "hint: did you mean 'site'?\n");
}

TEST(Profile, RefusesOwnersThatCouldBringNothing) {
  EXPECT_NE(told("components: {argo_cd: provisioner}\n")
                .mistakes.find("the provisioner brings no 'argo_cd'"),
            std::string::npos);
  EXPECT_NE(told("components: {ingress: platform}\n")
                .mistakes.find("a plain cluster has no platform that could own 'ingress'"),
            std::string::npos);
}

TEST(Profile, BringsADashboardOnlyWhereItIsAskedFor) {
  EXPECT_EQ(told("platform: plain\n").profile.owner_of("dashboard"), Owner::absent);
  const Told asked = told("components: {dashboard: provisioner}\n");
  EXPECT_EQ(asked.mistakes, "");
  EXPECT_TRUE(asked.profile.is_ours("dashboard"));
}

TEST(Profile, TellsAllMistakesAtOnce) {
  const std::string mistakes = told("components: {ingres: site, logs: nobody}\n").mistakes;
  EXPECT_NE(mistakes.find("'ingres'"), std::string::npos);
  EXPECT_NE(mistakes.find("'nobody' cannot own 'logs'"), std::string::npos);
  EXPECT_NE(told("components: site\n").mistakes.find("'components' is a dict of owners"),
            std::string::npos);
}

}  // namespace
}  // namespace provisioner::profile
