// Volumes that an inventory says are there already.

#include "provisioner/platform/profile/volumes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::profile {
namespace {

using testing::HasSubstr;

std::string volume_mistakes(const std::string& yaml) {
  base::Diagnostics diagnostics;
  const value::Value said =
      value::read_yaml(base::register_source("volumes.yml", yaml), diagnostics);
  check_served_volumes(said.find("nfs_volumes"), said.find("gpfs_volumes"), diagnostics);
  check_local_volumes(said.find("local_volumes"), diagnostics);
  std::string text;
  for (const base::Error& error : diagnostics.errors()) text += error.render() + "\n";
  return text;
}

TEST(Volumes, AreWhatRolesMakeThemOf) {
  EXPECT_EQ(
      volume_mistakes(
          "nfs_volumes: [{name: data, class: nfs, path: /data, size: 10Ti, read_only: true,\n"
          "               server: 10.0.0.5, mount_options: [hard]}]\n"
          "gpfs_volumes: [{name: fs, class: gpfs, handle: '0;2;a', size: 500}]\n"
          "local_volumes: [{class: disk, path: /srv/a, size: 1Gi, mount: /srv, mode: \"0770\"}]\n"),
      "");
  EXPECT_EQ(volume_mistakes("{}\n"), "");
}

TEST(Volumes, OfAnotherFormAreToldWithTheirPlace) {
  EXPECT_EQ(volume_mistakes("local_volumes: {class: disk}\n"),
            "volumes.yml:1:16: error: 'local_volumes' is a list of dicts, found a dict\n"
            "    1 | local_volumes: {class: disk}\n"
            "      |                ^\n");
  EXPECT_THAT(volume_mistakes("nfs_volumes: text\n"),
              HasSubstr("1:14: error: 'nfs_volumes' is a list of dicts, found a string"));
  EXPECT_THAT(volume_mistakes("nfs_volumes: [text]\n"),
              HasSubstr("1:15: error: 'nfs_volumes' is a list of dicts, found a string in it"));
  EXPECT_THAT(volume_mistakes("gpfs_volumes: [{name: a, class: b, handle: c}]\n"),
              HasSubstr("1:16: error: 'gpfs_volumes.size' is missing"));
  EXPECT_THAT(volume_mistakes("local_volumes: [{class: disk, path: srv, size: 1GB}]\n"),
              HasSubstr("'1GB' is no size of a volume"));
  EXPECT_THAT(volume_mistakes("local_volumes: [{class: disk, path: srv, size: 1Gi}]\n"),
              HasSubstr("'srv' is no absolute path"));
  EXPECT_EQ(volume_mistakes("local_volumes: [{class: disk, path: /a, size: 1Gi, mode: rwx}]\n"),
            "volumes.yml:1:58: error: 'rwx' is no mode of a folder\n"
            "    1 | local_volumes: [{class: disk, path: /a, size: 1Gi, mode: rwx}]\n"
            "      |                                                          ^\n"
            "hint: mode: \"0770\"\n");
  EXPECT_THAT(volume_mistakes("nfs_volumes: [{name: A, class: b, path: /a, size: 1Gi}]\n"),
              HasSubstr("'A' cannot be a name in Kubernetes"));
  EXPECT_THAT(volume_mistakes("nfs_volumes: [{name: a, clas: b, path: /a, size: 1Gi}]\n"),
              HasSubstr("did you mean 'class'?"));
}

TEST(Volumes, HaveNamesOnceInACluster) {
  EXPECT_THAT(volume_mistakes("nfs_volumes: [{name: a, class: b, path: /a, size: 1Gi}]\n"
                              "gpfs_volumes: [{name: a, class: b, handle: c, size: 1Gi}]\n"),
              HasSubstr("there are two volumes 'a'"));
}

}  // namespace
}  // namespace provisioner::profile
