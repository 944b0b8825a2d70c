#include "tests/deploy/orders.h"

#include "provisioner/base/base/text.h"

namespace provisioner::deploy {

value::Dict whole_order() {
  const value::Dict disk = {{"wwn", "0x5000c500a1b2c3d4"},
                            {"serial", "S1"},
                            {"size", std::int64_t{64} << 20},
                            {"signatures", value::List{}}};
  return {{"manifest", std::string(64, 'a')},
          {"signature", base::base64_encode(std::string(64, 's'))},
          {"disk", disk},
          {"others", value::List{}},
          {"layout", "single"},
          {"cache_gib", 0},
          {"host_name", "n03"},
          {"files", value::List{value::Dict{
                        {"path", "/etc/motd"}, {"mode", "0640"}, {"content", "hello\n"}}}},
          {"key_types", value::List{"ed25519"}}};
}

value::Dict disk_facts(const std::string& name, const std::string& wwn, const std::string& serial,
                       std::int64_t size) {
  return {{"name", name},         {"wwn", wwn},      {"serial", serial},           {"size", size},
          {"is_mounted", false},  {"is_read", true}, {"signatures", value::List{}}};
}

}  // namespace provisioner::deploy
