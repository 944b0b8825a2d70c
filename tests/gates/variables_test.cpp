// What an inventory tells gates, and in which form.

#include "provisioner/platform/gates/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::gates {
namespace {

using testing::HasSubstr;

std::string variable_mistakes(const std::string& yaml) {
  base::Diagnostics diagnostics;
  const value::Value said = value::read_yaml(base::register_source("gates.yml", yaml), diagnostics);
  check_variables(said.dict(), diagnostics);
  check_node_variables(said.dict(), diagnostics);
  std::string text;
  for (const base::Error& error : diagnostics.errors()) text += error.render() + "\n";
  return text;
}

TEST(GateVariables, AreWhatScriptsRead) {
  EXPECT_EQ(
      variable_mistakes("gates_image: docker.io/library/busybox:1.35\n"
                        "gates_logs_query: https://logs.example.org/q?line=CANARY\n"
                        "gates_metrics_query: http://prometheus:9090\n"
                        "gates_capacity: {cpu: 65, memory: 157Gi}\n"
                        "gates_images: [\"r/a@sha256:00\"]\n"
                        "gates_valid_hours: 24\n"
                        "ingress_is_default: true\n"
                        "storage: {mounts: [{type: nfs4, path: /home, source: \"h:/home\"}]}\n"
                        "kernel_parameters: {vm.max_map_count: 262144}\n"
                        "gates_writer: {uid: 5001, gid: 5001, directory: /project/ada}\n"
                        "gen3_deployer: ada\nphalanx_qserv: qserv.example.org\n"
                        "lab: {cannot: [{capability: sysctl, because: x}]}\n"),
      "");
}

TEST(GateVariables, OfAnotherFormAreToldWithTheirPlace) {
  EXPECT_EQ(variable_mistakes("gates_image: [a]\n"),
            "gates.yml:1:14: error: 'gates_image' is a text, found a list\n"
            "    1 | gates_image: [a]\n"
            "      |              ^\n");
  EXPECT_EQ(variable_mistakes("phalanx_qserv: https://qserv:4048\n"),
            "gates.yml:1:16: error: 'https://qserv:4048' is no name of DNS\n"
            "    1 | phalanx_qserv: https://qserv:4048\n"
            "      |                ^\n"
            "hint: a host alone, without scheme and port: phalanx_qserv: qserv.example.org\n");
  for (const auto& [yaml, words] : std::vector<std::pair<std::string, std::string>>{
           {"gates_images: x\n", "'gates_images' is a list of texts, found a string"},
           {"gates_capacity: 65\n", "'gates_capacity' is a dict, found an integer"},
           {"gates_capacity: {cpu: 65, memory: 157GB}\n", "'157GB' is no quantity"},
           {"gates_capacity: {cpus: 65}\n", "there is no key 'cpus' here"},
           {"gates_logs_query: https://logs\n", "'gates_logs_query' has no CANARY in it"},
           {"gates_metrics_query: prometheus:9090\n", "'prometheus:9090' is no URL"},
           {"gates_valid_hours: soon\n", "'gates_valid_hours' is a number from 1 to"},
           {"ingress_is_default: maybe\n", "'ingress_is_default' is true or false, found a string"},
           {"gen3_postgres_password: {a: b}\n", "'gen3_postgres_password' is a text, found a dict"},
           {"storage: {mounts: {a: b}}\n", "'storage.mounts' is a list of dicts, found a dict"},
           {"gates_writer: {uid: 5001, gid: 5001}\n", "'gates_writer.directory' is missing"},
           {"gates_writer: {uid: 0, gid: 1, directory: /a}\n",
            "'gates_writer.uid' is a number from 1 to"},
           {"gates_writer: {uid: 1, gid: 1, directory: a}\n", "'a' is no absolute path"},
           {"phalanx_qserv: 10.0.0.300\n", "'10.0.0.300' is no name of DNS"},
           {"phalanx_qserv: [a]\n", "'phalanx_qserv' is a text, found a list"},
           {"kernel_parameters: [a]\n", "'kernel_parameters' is a dict, found a list"}})
    EXPECT_THAT(variable_mistakes(yaml), HasSubstr(words)) << yaml;
}

}  // namespace
}  // namespace provisioner::gates
