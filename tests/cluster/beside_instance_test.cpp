// Where the files of an instance lie, with one layer and with several.

#include "provisioner/front/cluster/beside_instance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

class BesideAnInstance : public testing::Test {
 protected:
  std::string path(std::vector<std::string> layers, const std::string& name = "images.lock",
                   const std::vector<std::string>& instances = {"main"}) {
    cli::RunWords words;
    words.inventories = std::move(layers);
    return beside_instances(cli::LoadedInventory(words), instances, name);
  }
  std::string here(const std::string& name) { return os::absolute(name); }
  std::string refusal(std::vector<std::string> layers) {
    try {
      path(std::move(layers));
    } catch (const base::Error& error) {
      std::string text = error.render();
      for (std::size_t at = 0; (at = text.find(here("."))) != std::string::npos;)
        text.replace(at, here(".").size(), "HERE");
      return text;
    }
    return "";
  }

  cli::Desk desk_;
};

constexpr const char* of_main = "instance_main: {hosts: {n1: }}\n";

TEST_F(BesideAnInstance, IsBesideTheLayerThatNamesItsNodesWhateverCameFirst) {
  desk_.write("common/fleet.yml", "nodes: {hosts: {n1: }}\n");
  desk_.write("site/hosts.yml", of_main);

  EXPECT_EQ(path({"common/fleet.yml", "site/hosts.yml"}), here("site/images.lock"));
  EXPECT_EQ(path({"site/hosts.yml", "common/fleet.yml"}), here("site/images.lock"));
}

TEST_F(BesideAnInstance, IsBesideTheFolderThatIsTheLayer) {
  desk_.write("site/inventory/instances/main.yml", of_main);

  EXPECT_EQ(path({"site/inventory"}, "instances/main.lock"), here("site/instances/main.lock"));
}

TEST_F(BesideAnInstance, IsNotBesideWhoOnlySaysItsVariables) {
  desk_.write("site/hosts.yml", of_main);
  desk_.write("lab/more.yml", "instance_main: {vars: {a: 1}}\n");

  EXPECT_EQ(path({"lab/more.yml", "site/hosts.yml"}), here("site/images.lock"));
}

TEST_F(BesideAnInstance, StaysWhereItIsSaidToBe) {
  desk_.write("site/hosts.yml", of_main);
  desk_.write("lab/hosts.yml", of_main);

  EXPECT_EQ(path({"site/hosts.yml", "lab/hosts.yml"}, "/srv/images.lock"), "/srv/images.lock");
}

TEST_F(BesideAnInstance, IsBesideTheFirstWhereNoLayerHoldsIt) {
  desk_.write("common/fleet.yml", "registry: {hosts: {n1: }}\n");
  desk_.write("site/more.yml", "{}\n");

  EXPECT_EQ(path({"common/fleet.yml", "site/more.yml"}), here("common/images.lock"));
  EXPECT_EQ(path({"common/fleet.yml", "site/more.yml"}, "images.lock", {}),
            here("common/images.lock"));
}

TEST_F(BesideAnInstance, CannotBeToldWhereLayersOfSeveralFoldersHoldIt) {
  desk_.write("site/hosts.yml", of_main);
  desk_.write("lab/hosts.yml", "instance_main: {hosts: {n2: }}\n");

  EXPECT_EQ(refusal({"site/hosts.yml", "lab/hosts.yml"}),
            "error: where 'images.lock' of 'main' lies cannot be told: 'lab/hosts.yml' and "
            "'site/hosts.yml' put nodes into it\n"
            "hint: name its nodes in one layer, or in layers of one folder");
}

TEST_F(BesideAnInstance, IsOneOfLayersInOneFolder) {
  desk_.write("site/hosts.yml", of_main);
  desk_.write("site/more.yml", "instance_main: {hosts: {n2: }}\n");

  EXPECT_EQ(path({"site/hosts.yml", "site/more.yml"}), here("site/images.lock"));
}

TEST_F(BesideAnInstance, IsToBeMovedFromBesideTheFirst) {
  desk_.write("common/fleet.yml", "nodes: {hosts: {n1: }}\n");
  desk_.write("site/hosts.yml", of_main);
  desk_.write("common/images.lock", "");

  EXPECT_EQ(refusal({"common/fleet.yml", "site/hosts.yml"}),
            "error: 'HERE/common/images.lock' is not beside the layer that holds 'main', "
            "'site/hosts.yml'\n"
            "hint: move it: mv 'HERE/common/images.lock' 'HERE/site/images.lock'");

  desk_.write("site/images.lock", "");
  EXPECT_EQ(path({"common/fleet.yml", "site/hosts.yml"}), here("site/images.lock"));
}

}  // namespace
}  // namespace provisioner::cluster
