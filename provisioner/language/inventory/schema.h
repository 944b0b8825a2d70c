#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace provisioner::inventory {

// What a value must look like.
enum class Form : std::uint8_t {
  text,
  boolean,
  integer,
  word,               // one of a closed set
  host_name,          // "n01"
  domain_name,        // "ls.example.org"
  link_name,          // a network interface's: at most 15 bytes
  path,               // absolute
  mac,                // "00:00:5e:00:53:01"
  wwn,                // "0x5000c500a1000011", with or without 0x, or eui. and naa.
  address,            // "10.21.0.11"
  address_in_subnet,  // "10.21.0.11/24"
  subnet,             // "10.21.0.0/24"
  route_target,       // a subnet or "default"
  bmc_url,            // "redfish://10.20.0.11"
  key_pin,            // "sha256//BASE64" of a public key
  secret,             // a template or a sealed text, never a plain one
  entries,            // a dict with known members
  list,
};

// One member of a node key, or the key itself.
struct Member {
  std::string name;
  Form form = Form::text;
  bool is_required = false;
  std::int64_t least = 0, most = 0;     // of an integer
  std::vector<std::string> words = {};  // of a word
  std::vector<Member> members = {};     // of entries
  std::vector<Member> items = {};       // of a list: one, what each item looks like
  // Of a list of entries: the member by which an item is told from the others, in one list and when
  // the lists of several layers become one.
  std::string identity = {};
  // Of entries: the member that is meant where a text alone is written.
  std::string text_means = {};
};

// The node keys: what `provisioner_schema: 1` promises about them (docs/manual-inventory.md).
const std::vector<Member>& node_schema();
const Member* find_member(const std::vector<Member>& members, const std::string& name);

}  // namespace provisioner::inventory
