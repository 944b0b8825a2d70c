// One contract for the registries of others, against doubles of them.

#include "provisioner/cluster/registry/registry_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "tests/registry/registry_doubles.h"

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::HarborDouble;
using tests::NexusDouble;
using tests::RegistryDouble;
using tests::ZotDouble;

struct Kind {
  const char* name;
  std::unique_ptr<RegistryDouble> (*make)();
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

template <class Double>
std::unique_ptr<RegistryDouble> make() {
  return std::make_unique<Double>();
}

// Those whose API can do all of it.
struct WholeDriver : testing::TestWithParam<Kind> {
  std::unique_ptr<RegistryDouble> server = GetParam().make();
  std::unique_ptr<RegistryDriver> driver = open_driver(GetParam().name, server->access());
};

INSTANTIATE_TEST_SUITE_P(Kinds, WholeDriver,
                         testing::Values(Kind{"harbor", make<HarborDouble>},
                                         Kind{"nexus", make<NexusDouble>}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(WholeDriver, TellsWhatIsWrong) {
  EXPECT_THAT(driver->troubles(), IsEmpty());
  server->is_well = false;
  EXPECT_THAT(driver->troubles(), Not(IsEmpty()));
}

TEST_P(WholeDriver, MakesAProjectOnce) {
  EXPECT_TRUE(driver->have_project("incoming", Readers::named));
  EXPECT_FALSE(driver->have_project("incoming", Readers::named));
  EXPECT_THAT(server->projects, ElementsAre("incoming"));
}

TEST_P(WholeDriver, LetsNobodyPullWhatNobodyHasVetted) {
  driver->have_project("incoming", Readers::named);
  driver->have_project("vetted", Readers::everybody);
  EXPECT_THAT(server->open, ElementsAre("vetted"));
  EXPECT_THAT(driver->troubles(), IsEmpty());
}

TEST_P(WholeDriver, TellsOfOneThatLetsEverybodyPullIt) {
  driver->have_project("incoming", Readers::everybody);
  EXPECT_THAT(
      driver->troubles(),
      ElementsAre(HasSubstr("lets everybody pull from 'incoming', what nobody has vetted")));
}

TEST_P(WholeDriver, MakesAProxyOnce) {
  const Upstream hub{"docker.io", "https://registry-1.docker.io"};
  EXPECT_TRUE(driver->have_proxy(hub));
  EXPECT_FALSE(driver->have_proxy(hub));
  EXPECT_THAT(server->proxies, ElementsAre("docker.io"));
  EXPECT_THAT(server->projects, IsEmpty());
}

TEST_P(WholeDriver, MakesARobotThatMayPushToOneProjectAlone) {
  driver->have_project("incoming", Readers::named);
  const RegistryDriver::Robot robot = driver->add_robot("ci", "incoming");
  EXPECT_FALSE(robot.password.is_empty());
  EXPECT_EQ(server->accounts.at(robot.login), "incoming");
  EXPECT_THAT(driver->robots(), ElementsAre(robot.login));
  EXPECT_THROW(driver->add_robot("ci", "incoming"), base::Error);
}

TEST_P(WholeDriver, RemovesARobotAndNobodyElse) {
  driver->add_robot("ci", "incoming");
  EXPECT_TRUE(driver->remove_robot("ci"));
  EXPECT_FALSE(driver->remove_robot("ci"));
  EXPECT_FALSE(driver->remove_robot("admin"));
  EXPECT_THAT(driver->robots(), IsEmpty());
}

TEST_P(WholeDriver, SaysThatTheAccountMayNot) {
  DriverAccess access = server->access();
  access.account.password = base::Secret(std::string("another one"));
  try {
    open_driver(GetParam().name, std::move(access))->have_project("incoming", Readers::named);
    FAIL() << "it was let in";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::refused);
    EXPECT_THAT(error.hint(), HasSubstr("administer"));
  }
}

TEST(NexusDriver, TellsWhereNodesCannotPull) {
  NexusDouble server;
  server.has_anonymous = server.has_token_realm = false;
  EXPECT_THAT(nexus_driver(server.access())->troubles(),
              ElementsAre("Nexus lets nobody in without an account, and nodes have none",
                          "Nexus has its realm 'DockerToken' off, without which nodes cannot "
                          "pull"));
}

TEST(ZotDriver, TellsWhatIsWrong) {
  ZotDouble server;
  server.open = {"mirror"};
  EXPECT_THAT(zot_driver(server.access())->troubles(), IsEmpty());
  server.has_accounts = false;
  EXPECT_THAT(zot_driver(server.access())->troubles(), ElementsAre(HasSubstr("may push")));
}

TEST(ZotDriver, FindsByTryingWhoMayDoWhat) {
  ZotDouble server;
  server.open = {"incoming"};
  server.writable_by_all = {"vetted"};
  EXPECT_THAT(zot_driver(server.access())->troubles(),
              ElementsAre("zot lets everybody push to 'vetted'",
                          "zot lets everybody pull from 'incoming', what nobody has vetted",
                          "zot lets nobody pull from 'mirror' without an account, and nodes have "
                          "none"));
}

TEST(ZotDriver, SaysWhatItsConfigurationNeedsForAPlace) {
  ZotDouble server;
  const auto driver = zot_driver(server.access());
  EXPECT_FALSE(driver->have_project("vetted", Readers::everybody));
  server.writable.clear();
  try {
    driver->have_project("vetted", Readers::everybody);
    FAIL() << "it was made";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.hint(),
              R"(there it needs: {"http": {"accessControl": {"repositories": {"vetted/**": )"
              R"({"policies": [{"users": ["admin"], "actions": ["read", "create", "update", )"
              R"("delete"]}], "anonymousPolicy": ["read"]}}}}})");
  }
}

TEST(ZotDriver, SaysWhatItsConfigurationNeedsForAProxy) {
  ZotDouble server;
  const auto driver = zot_driver(server.access());
  try {
    driver->have_proxy({"docker.io", "https://registry-1.docker.io"});
    FAIL() << "it was made";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.hint(), HasSubstr("\"destination\": \"/docker.io\""));
  }
  server.proxies.insert("docker.io");
  EXPECT_FALSE(driver->have_proxy({"docker.io", "https://registry-1.docker.io"}));
}

TEST(ZotDriver, SaysWhatItsConfigurationNeedsForARobot) {
  ZotDouble server;
  try {
    zot_driver(server.access())->add_robot("ci", "incoming");
    FAIL() << "it was made";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.hint(), HasSubstr("\"incoming/**\""));
  }
}

TEST(OpenDriver, KnowsTheKinds) {
  EXPECT_THROW(open_driver("quay", HarborDouble().access()), base::Error);
}

}  // namespace
}  // namespace provisioner::registry
