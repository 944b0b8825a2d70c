#pragma once

#include <string>

#include "provisioner/language/inventory/data_file.h"
#include "provisioner/language/inventory/graph.h"

namespace provisioner::inventory {

// What a reader of sources works on. What is wrong goes to `diagnostics`; the rest is read all the
// same.
struct Reading {
  Graph& graph;
  FileReading files;
  base::Diagnostics& diagnostics;
};

// One `-i`: a host list ("a,b,"), a file (YAML, JSON, INI, CSV), an executable that answers --list,
// or a directory of them.
void read_source(Reading& reading, const std::string& input);
// Throws Error(input), with the nearest name, for what is no host list and not there.
void require_source(const std::string& input);

void read_ini_source(Reading& reading, base::SourceId source);
// Ansible's groups, hosts, vars and children. Throws Error(input) for what is no such mapping at
// its top.
void read_yaml_source(Reading& reading, const value::Value& data);
void read_csv_source(Reading& reading, base::SourceId source);
void read_script_source(Reading& reading, const std::string& path);

// Hosts of a pattern ("n[01:20]:2222") with their variables, into a group.
void add_hosts(Reading& reading, const std::string& pattern, const value::Value& variables,
               const std::string& group, base::Pos pos);

}  // namespace provisioner::inventory
