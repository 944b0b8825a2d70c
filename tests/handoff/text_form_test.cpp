// What a platform is told, and in which form.

#include "provisioner/platform/handoff/text_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/phalanx.h"
#include "provisioner/platform/handoff/variables.h"
#include "sites.h"

namespace provisioner::handoff {
namespace {

using testing::HasSubstr;

struct Texts {
  const TextForm* form;
  std::vector<std::string> right, wrong;
};

TEST(TextForm, TakesWhatWhoeverIsGivenItTakes) {
  const std::vector<Texts> all = {
      {&forms::service_host,
       {"es.example.org", "10.23.0.40", "es"},
       {"es under", "10.23.0.400", "ES.example.org", "fd00::5", "https://es"}},
      {&forms::url,
       {"https://a.example.org", "http://a:9200/x?y=z"},
       {"a.example.org", "https://", "https://a b", "ftp://a", "http:///x"}},
      {&forms::directory_url, {"ldaps://ipa.example.org", "ldap://ipa:389"}, {"ipa", "ldaps://"}},
      {&forms::directory_entry, {"cn=users,dc=example,dc=org", "ou=a b, dc=x"}, {"users", "=x"}},
      {&forms::database_url,
       {"postgresql://g@pg/g", "postgresql+asyncpg://pg/g"},
       {"mysql://pg/g", "pg.example.org", "postgresql://"}},
      {&forms::s3_place, {"s3://users/user.yaml"}, {"s3://users", "https://s3/user.yaml"}},
      {&forms::quantity, {"32Gi", "500m", "1.5", "12e6"}, {"32Gb", "32 Gi", "-1", "many"}},
      {&forms::client_id,
       {"gen3", "cilogon:/client_id/3d38", "https://example.org/username"},
       {"a b", ""}},
      {&forms::schedule,
       {"17 * * * *", "*/5 0-6,12 1,15 jan-mar MON", "0 0 ? * 6", "@daily", "0  3 * * *",
        "3/7 * * * *", "1,,2 * * * *", "0\t3 * * *", "@every 6h", "@every 1h30m"},
       {"every day", "17 * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7",
        "5-1 * * * *", "*/0 * * * *", "@dayly", ", * * * *", "* * * * * *", "@every 6", "@every 0s",
        "@every"}},
      {&forms::chart_version,
       {"0.3.90", "v1.17.2", "1.0.0-rc.1+build.5"},
       {"main", "0.3", "~0.3.1", "0.3.*", ">=0.3.1", "01.2.3"}},
      {&forms::image_tag, {"2026.08", "v1_2-rc.1"}, {"-a", "a b", "a/b", ".1"}},
      {&forms::image_registry,
       {"ghcr.io", "registry.example.org:5000"},
       {"https://ghcr.io", "a/b"}},
      {&forms::image_repository,
       {"lsst-sqre/sciplat-lab", "a__b/c.d", "vetted/sciplat-lab"},
       {"/a", "a/", "A/b", "a b", "a:1"}},
      {&forms::git_revision,
       {"main", "2026.08", "tickets/DM-1", "v1.2-rc1", "7b1bbd2", "a"},
       {"a b", "-x", "a..b", "a~1", "/a", "a/", "a.", "a.lock", ".a", "a^", "x/.y"}},
      {&forms::absolute_path, {"/", "/home", "/a b"}, {"home", "", "./a"}},
      {&forms::user_name, {"amara", "bot-1a"}, {"Amara X", "amara.x", "123", "-a", "a--b"}},
      {&forms::group_name, {"rsp", "Rsp_admins.1"}, {"rsp admins", "_a", "123"}},
      {&forms::object_name, {"pull-secret", "a.b"}, {"Pull", "a_b", "-a"}},
      {&forms::volume_name, {"home"}, {"a.b", "Home"}},
      {&forms::word, {"gen3-data"}, {"a b", "a/b"}},
      {&forms::path, {"secret/data/gen3", "secret"}, {"/secret", "secret/", "a b", "a//b"}}};
  for (const auto& [form, right, wrong] : all) {
    for (const std::string& text : right) EXPECT_TRUE(form->is_one(text)) << form->what << text;
    for (const std::string& text : wrong) EXPECT_FALSE(form->is_one(text)) << form->what << text;
  }
}

// What stands in the message, of what is said of a platform beside its standard variables.
struct Said {
  std::string yaml, told;
};

TEST(Phalanx, RefusesValuesThatAreNotOfTheirForm) {
  for (const auto& [yaml, told] : std::vector<Said>{
           {"  storage_class: local-pat\n", "there is no class of volumes 'local-pat'"},
           {"  revision: \"\"\n", "'phalanx.revision' is empty"},
           {"  applications: [nublado, portall]\n", "there is no application of Phalanx 'portall'"},
           {"  applications: [../x]\n", "'../x' is no application of Phalanx"},
           {"  users: [a b]\n", "'a b' is no group name that Gafaelfawr takes"},
           {"  databases: {gafaelfawr: pg, nublado: pg}\n", "'pg' is no URL of PostgreSQL"},
           {"  quota: {notebook: {cpu: 4, memory: 16Gi}}\n", "'16Gi' is no number above 0"},
           {"  quota: {notebook: {cpu: -4, memory: 16}}\n", "'-4' is no number above 0"},
           {"  quota: {notebook: {cpu: 4, memory: 0.0}}\n", "'0.0' is no number above 0"},
           {"  quota: {notebook: {cpu: inf, memory: 4}}\n", "'inf' is no number above 0"},
           {"  quota: {notebook: {cpu: [4], memory: 16}}\n",
            "'phalanx.quota.notebook.cpu' is a text or a number, found a list"},
           {"  lab: {volumes: [{name: home, server: 10.70.2.555, path: /home}]}\n",
            "'10.70.2.555' is no host"},
           {"  lab: {volumes: [{name: home, server: nfs, path: home, at: /home}]}\n",
            "'home' is no absolute path"},
           {"  lab: {volumes: [{name: home, class: local-pth, at: /home}]}\n",
            "there is no class of volumes 'local-pth'"},
           {"phalanx_portal: {memory: 32Gb}\n", "'32Gb' is no quantity"}}) {
    base::Diagnostics diagnostics;
    read_phalanx(instance_with("phalanx", std::string(phalanx_variables) + yaml), diagnostics);
    EXPECT_THAT(mistakes_in(diagnostics), HasSubstr(told)) << yaml;
  }
}

std::string with(std::string variables, const std::string& line, const std::string& instead) {
  return variables.replace(variables.find(line), line.size(), instead);
}

TEST(Phalanx, TellsAllMistakesWithTheirPlaceAndTheNearestName) {
  base::Diagnostics diagnostics;
  read_phalanx(instance_with("phalanx", with(with(phalanx_variables, "[amara]", "[\"Amara X\"]"),
                                             "192.0.2.10", "192.0.2.1000") +
                                            "  applications: [nublado, portall]\n"),
               diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics),
            "instance_main.yml:8:12: error: '192.0.2.1000' is no IP address\n"
            "    8 |   address: 192.0.2.1000\n"
            "      |            ^\n"
            "hint: as 192.0.2.10\n"
            "instance_main.yml:14:27: error: there is no application of Phalanx 'portall'\n"
            "   14 |   applications: [nublado, portall]\n"
            "      |                           ^\n"
            "hint: did you mean 'portal'?\n"
            "instance_main.yml:13:20: error: 'Amara X' is no user name that Gafaelfawr takes\n"
            "   13 |   initial_admins: [\"Amara X\"]\n"
            "      |                    ^\n"
            "hint: as amara: small letters, digits and single '-' between, a letter among them\n");
}

TEST(Phalanx, RemarksOnApplicationsAndClassesThatOnlyOthersKnow) {
  base::Diagnostics diagnostics;
  read_phalanx(instance_with("phalanx", std::string(phalanx_variables) +
                                            "  storage_class: rook-ceph-block\n"
                                            "  applications: [nublado, rubintv, podcasts]\n"),
               diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics), "");
  std::string told;
  for (const base::Error& warning : diagnostics.warnings())
    told += warning.render("warning") + "\n";
  EXPECT_EQ(told,
            "instance_main.yml:14:18: warning: there is no class of volumes 'rook-ceph-block'\n"
            "   14 |   storage_class: rook-ceph-block\n"
            "      |                  ^\n"
            "hint: right where somebody else makes it; 'storage_classes' has local-path\n"
            "instance_main.yml:15:36: warning: there is no application of Phalanx 'podcasts'\n"
            "   15 |   applications: [nublado, rubintv, podcasts]\n"
            "      |                                    ^\n"
            "hint: right where the fork has it; the bundle gives it a file without values\n");
}

TEST(Gen3, RefusesValuesThatAreNotOfTheirForm) {
  for (const auto& [yaml, told] : std::vector<Said>{
           {"  tier_access: pivate\n", "there is no access of tiers 'pivate'"},
           {"  tier_access: open\n", "hint: there are libre, private, regular"},
           {"  frontend: portl\n", "hint: did you mean 'portal'?"},
           {"  tags: {fenc: \"10.2.0\"}\n", "there is no key 'fenc' here"},
           {"  tags: {fence: a b}\n", "'a b' is no tag of an image"},
           {"  chart: main\n", "'main' is no version of a chart"},
           {"  discovery: {schedule: every day}\n", "'every day' is no schedule of cron"},
           {"  frontend_config: {repository: \"https://g/p.git\", revision: a b}\n",
            "'a b' is no branch or tag of Git"},
           {"  ingress: {secret: a_b}\n", "'a_b' is no name that Kubernetes takes"}}) {
    base::Diagnostics diagnostics;
    read_gen3(instance_with("gen3", std::string(gen3_variables) + yaml), diagnostics);
    EXPECT_THAT(mistakes_in(diagnostics), HasSubstr(told)) << yaml;
  }
}

TEST(Gen3, RefusesServersThatNobodyCanCall) {
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3", with(with(gen3_variables, "10.23.0.40", "es under"),
                                       "pg.example.org", "10.23.0.500")),
            diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics),
            "instance_main.yml:12:20: error: '10.23.0.500' is no host\n"
            "   12 |   postgres: {host: 10.23.0.500}\n"
            "      |                    ^\n"
            "hint: as nfs.example.org, or its address\n"
            "instance_main.yml:13:25: error: 'es under' is no host that a Service could lead to\n"
            "   13 |   elasticsearch: {host: es under}\n"
            "      |                         ^\n"
            "hint: as es.example.org, the server of the site, or its address\n");
}

std::string variable_mistakes(const std::string& yaml) {
  base::Diagnostics diagnostics;
  check_variables(instance_with("gen3", yaml), diagnostics);
  return mistakes_in(diagnostics);
}

TEST(HandedVariables, AreRefusedWhereTheyAreNotOfTheirForm) {
  for (const auto& [yaml, told] : std::vector<Said>{
           {"ingress_address: 10.70.3.299\n", "'10.70.3.299' is no IP address"},
           {"registry_address: registry\n", "'registry' is no IP address"},
           {"nfs_server: 10.70.2.555\n", "'10.70.2.555' is no host"},
           {"registry_pull_through: [{name: quay.io, ulr: \"https://quay.io\", port: 5010}]\n",
            "hint: did you mean 'url'?"},
           {"registry_pull_through: [{name: quay.io, url: quay.io, port: 5010}]\n",
            "'quay.io' is no URL"},
           {"gate_waivers: [{gate: C-99, name: a, reason: b, until: 2026-12-31}]\n",
            "there is no gate 'C-99'"},
           {"gates_valid_hours: soon\n", "'gates_valid_hours' is a number from 1 to"},
           {"identity: {exports: [{name: home, path: /home, homes: initialThenUsernam}]}\n",
            "'initialThenUsernam' is no schema of homes"},
           {"identity: {pilot: [amara]}\n", "hint: did you mean 'pilots'?"}})
    EXPECT_THAT(variable_mistakes(yaml), HasSubstr(told)) << yaml;
  for (const char* yaml :
       {"ingress_address: \"\"\n", "identity: {exports: [{name: home, path: /home}]}\n"})
    EXPECT_EQ(variable_mistakes(yaml), "") << yaml;
}

// Where pools are ours, and Phalanx' ingress takes its address of them.
TEST(HandedVariables, AreRefusedWherePhalanxAsksForAnAddressThatNoPoolHas) {
  const auto told = [](const char* platform, const std::string& address) {
    base::Diagnostics diagnostics;
    Instance instance =
        instance_with(platform,
                      "load_balancer_pools: [{name: a, visibility: inward, addresses: "
                      "[10.70.3.200-10.70.3.219]}]\nphalanx_address: " +
                          address + "\n");
    for (profile::Ownership& one : instance.owners.components)
      if (one.component == "load_balancer") one.owner = profile::Owner::provisioner;
    check_variables(instance, diagnostics);
    return mistakes_in(diagnostics);
  };
  EXPECT_THAT(told("phalanx", "10.70.9.9"),
              HasSubstr("2:18: error: '10.70.9.9' is in none of 'load_balancer_pools'"));
  EXPECT_EQ(told("phalanx", "10.70.3.200"), "");
  EXPECT_EQ(told("plain", "10.70.9.9"), "");
}

}  // namespace
}  // namespace provisioner::handoff
