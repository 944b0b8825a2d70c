// Configurations of images that those who unpack them could not read.

#include "provisioner/cluster/registry/config_mistake.h"

#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"

namespace provisioner::registry {
namespace {

std::string mistake_in(const std::string& config) {
  return config_mistake(value::read_json(config));
}

TEST(ConfigMistake, IsNoneInWhatDockerWrites) {
  EXPECT_EQ(
      mistake_in(R"({"architecture": "amd64", "os": "linux", "created": "2026-11-01T00:00:00Z",
      "config": {"User": "", "Env": ["A=b"], "Cmd": null, "Entrypoint": ["/a"], "Volumes": {"/d": {}},
                 "ExposedPorts": {"80/tcp": {}}, "Labels": {"a": "b"}, "OnBuild": null,
                 "Healthcheck": {"Test": ["NONE"]}, "AttachStdin": false, "ArgsEscaped": true},
      "docker_version": "20.10", "container_config": {"Cmd": 1},
      "history": [{"created": "2026-11-01T00:00:00Z", "created_by": "x", "empty_layer": true}],
      "rootfs": {"type": "layers", "diff_ids": ["sha256:0"]}})"),
      "");
  EXPECT_EQ(mistake_in("{}"), "");
  EXPECT_EQ(mistake_in(R"({"config": null, "rootfs": null, "history": null})"), "");
}

TEST(ConfigMistake, IsTheFirstMemberOfAWrongType) {
  EXPECT_EQ(mistake_in("null"), "expected an object, found none");
  EXPECT_EQ(mistake_in("[]"), "expected an object, found a list");
  EXPECT_EQ(mistake_in(R"({"os": 1})"), "'os' is a string, found an integer");
  EXPECT_EQ(mistake_in(R"({"created": 1795953600})"), "'created' is a string, found an integer");
  EXPECT_EQ(mistake_in(R"({"config": []})"), "'config' is an object, found a list");
  EXPECT_EQ(mistake_in(R"({"config": {"Cmd": "sh"}})"),
            "'config.Cmd' is a list of strings, found a string");
  EXPECT_EQ(mistake_in(R"({"config": {"Labels": {"a": 1}}})"),
            "'config.Labels' is an object of strings, found a dict");
  EXPECT_EQ(mistake_in(R"({"config": {"Volumes": {"/d": "x"}}})"),
            "'config.Volumes' is an object of objects, found a dict");
  EXPECT_EQ(mistake_in(R"({"rootfs": "x"})"), "'rootfs' is an object, found a string");
  EXPECT_EQ(mistake_in(R"({"rootfs": {"diff_ids": [1]}})"),
            "'rootfs.diff_ids' is a list of strings, found a list");
  EXPECT_EQ(mistake_in(R"({"history": [{"empty_layer": "no"}]})"),
            "'history.empty_layer' is true or false, found a string");
}

}  // namespace
}  // namespace provisioner::registry
