// Storage classes as an inventory asks for them.

#include "provisioner/platform/profile/storage_classes.h"

#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::profile {
namespace {

std::string class_mistakes(const std::string& yaml) {
  base::Diagnostics diagnostics;
  check_storage_classes(value::read_yaml(base::register_source("classes.yml", yaml), diagnostics),
                        diagnostics);
  std::string text;
  for (const base::Error& error : diagnostics.errors()) text += error.render() + "\n";
  return text;
}

TEST(StorageClasses, HaveOneDefault) {
  EXPECT_EQ(class_mistakes("- {name: local-path, kind: local_path, default: true}\n"
                           "- {name: qserv, kind: local}\n"),
            "");
  EXPECT_EQ(class_mistakes("- {name: qserv, kind: local}\n"),
            "classes.yml:1:1: error: none of the storage classes is the default\n"
            "    1 | - {name: qserv, kind: local}\n"
            "      | ^\n"
            "hint: a claim that names no class would wait for ever: default: true at one\n");
  EXPECT_NE(class_mistakes(
                "- {name: a, kind: local, default: true}\n- {name: b, kind: nfs, default: true}\n")
                .find("there may be one default storage class, found a, b"),
            std::string::npos);
}

TEST(StorageClasses, AreOfAKindThatThereIs) {
  EXPECT_EQ(class_mistakes("- {name: a, kind: local-path, default: true}\n"),
            "classes.yml:1:19: error: there is no kind of storage 'local-path'\n"
            "    1 | - {name: a, kind: local-path, default: true}\n"
            "      |                   ^\n"
            "hint: did you mean 'local_path'?\n");
}

TEST(StorageClasses, HaveNamesThatKubernetesTakesOnce) {
  EXPECT_NE(class_mistakes("- {name: A, kind: local, default: true}\n")
                .find("cannot be a name in Kubernetes"),
            std::string::npos);
  EXPECT_NE(class_mistakes("- {name: a, kind: local, default: true}\n- {name: a, kind: nfs}\n")
                .find("there are two storage classes 'a'"),
            std::string::npos);
  EXPECT_NE(
      class_mistakes("- {name: a, kind: local, defualt: true}\n").find("did you mean 'default'?"),
      std::string::npos);
}

}  // namespace
}  // namespace provisioner::profile
