// What commands on clusters make of texts: {"control": [{"name", "address"}], "said": {NODE: what
// cluster_look_script.sh has said there}} on the standard input; on the standard output as JSON the
// `troubles` of etcd, and the pods that budgets hold (`held`, as [NODE, POD, BUDGET]). With --script
// the script itself.

#include <iostream>
#include <iterator>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/kubernetes/etcd_states.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/cluster_look_script.h"

namespace {

using namespace provisioner;
using value::Value;

int tell(const std::string& asked) {
  const Value words = value::read_json(asked);
  kubernetes::ClusterWish wish{.instance = "texts", .version = {1, 34, 4}};
  for (const Value& node : words.find("control")->list())
    wish.control.push_back(
        {.name = value::text_or(node, "name", ""), .address = value::text_or(node, "address", "")});
  std::map<std::string, std::string> said;
  for (const auto& [name, text] : words.find("said")->dict())
    said[value::Dict::key_text(name)] = text.text();
  const kubernetes::ClusterSight sight = cli::sight_of(said);
  value::List troubles, held;
  for (const kubernetes::EtcdState& state : etcd_states(wish, sight))
    troubles.emplace_back(value::Dict{{"trouble", std::string(name_of(state.trouble))},
                                      {"text", state.text},
                                      {"next", state.next}});
  for (const kubernetes::HeldPod& one : sight.held_pods)
    held.emplace_back(value::List{one.node, one.pod, one.budget});
  std::cout << value::write_json(
                   value::Dict{{"troubles", std::move(troubles)}, {"held", std::move(held)}})
            << "\n";
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && std::string(words[1]) == "--script") {
    std::cout << cli::cluster_look_script();
    return 0;
  }
  try {
    return tell({std::istreambuf_iterator<char>(std::cin), {}});
  } catch (const base::Error& error) {
    std::cerr << error.message() << "\n";
    return 1;
  }
}
