// What neighbours say of themselves by LLDP: as bytes, and on nodes in memory.
#include <gtest/gtest.h>

#include <random>

#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/facts/lldp_frame.h"
#include "tests/support/fake_host.h"

namespace provisioner::modules::facts {
namespace {

using namespace std::string_literals;

std::string tlv(unsigned type, const std::string& content) {
  const std::size_t head = type << 9 | content.size();
  return std::string{static_cast<char>(head >> 8), static_cast<char>(head & 0xff)} + content;
}

const std::string chassis = tlv(1, "\4\0\x1b\x21\xaa\xbb\xcc"s);
const std::string port = tlv(2, "\5Ethernet1/7");
const std::string lifetime = tlv(3, "\0\x78"s);
const std::string whole = chassis + port + lifetime + tlv(4, "to n03") + tlv(5, "tor1.example.org") +
                          tlv(127, "\0\x80\xc2\1\0\x14"s) + tlv(0, "");  // a VLAN: passed over

std::string said(const std::string& unit) { return value::write_json(neighbour_in(unit)); }

TEST(LldpFrames, TellSwitchAndPort) {
  EXPECT_EQ(said(whole),
            R"({"switch_mac": "00:1b:21:aa:bb:cc", "port": "Ethernet1/7", )"
            R"("port_description": "to n03", "switch": "tor1.example.org"})");
  EXPECT_EQ(said(whole + std::string(30, '\0')), said(whole)) << "padded to Ethernet's least";
  EXPECT_EQ(said(tlv(1, "\7tor9") + tlv(2, "\3\1\2\3\4\5\6") + lifetime),
            R"({"switch": "tor9", "port": "01:02:03:04:05:06"})");
}

TEST(LldpFrames, AreRefusedWhereTheyAreBroken) {
  for (const std::string& unit :
       {""s, "\0"s, chassis, chassis + port, chassis + port + tlv(0, ""),
        port + chassis + lifetime, chassis + chassis + port + lifetime,
        chassis + port + lifetime + port, chassis + port + lifetime + lifetime,
        tlv(1, "\4") + port + lifetime, chassis + port + tlv(3, "\1"), tlv(0, "") + chassis,
        chassis + port + lifetime + "\x0a\xff"s + "short", chassis + port + lifetime + "x",
        chassis + port + tlv(3, "\0\0"s) + tlv(0, "")})
    EXPECT_EQ(said(unit), "{}") << value::write_json(unit);
}

TEST(LldpFrames, HoldOnlyTextThatCanBeShown) {
  EXPECT_EQ(said(tlv(1, "\7a\x1b[31m\n\xff") + tlv(2, "\5\x80p") + lifetime),
            R"({"switch": "a[31m", "port": "p"})");
}

TEST(LldpFrames, OfAnyBytesDoNoHarm) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string unit = whole.substr(0, random() % (whole.size() + 1));
    for (auto changes = random() % 6; changes > 0 && !unit.empty(); --changes)
      unit[random() % unit.size()] = static_cast<char>(random());
    const value::Dict found = neighbour_in(unit);
    EXPECT_TRUE(found.is_empty() || found.has("port"));
  }
}

class LldpFacts : public testing::Test {
 protected:
  void add_link(const std::string& name, bool has_carrier) {
    const std::string path = "/sys/class/net/" + name;
    node.files.put(path + "/carrier", host::FileType::file, has_carrier ? "1\n" : "0\n", 0444);
    node.files.put(path + "/device", host::FileType::link, "/sys", 0777);
  }
  std::string fact() { return value::write_json(*lldp(node, {}).facts.find("lldp")); }

  support::FakeHost node;
};

TEST_F(LldpFacts, AreOfEachLinkWithACable) {
  add_link("eno1", true);
  add_link("eno2", true);
  add_link("eno3", false);
  node.frames = {{"eno3", whole},
                 {"eno1", "nonsense"},
                 {"eno1", tlv(1, "\7tor1") + port + lifetime},
                 {"eno1", tlv(1, "\7late") + port + lifetime}};
  EXPECT_EQ(fact(),
            R"([{"switch": "tor1", "port": "Ethernet1/7", "link": "eno1"}, {"link": "eno2"}])");
}

TEST_F(LldpFacts, AreEmptyWithoutLinks) { EXPECT_EQ(fact(), "[]"); }

}  // namespace
}  // namespace provisioner::modules::facts
