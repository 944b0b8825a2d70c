#pragma once

#include "provisioner/node/host/host_view.h"

namespace provisioner::host {

void make_directory(const wire::MakeDirectory& step);
void make_link(const wire::MakeLink& step);
void touch_file(const wire::TouchFile& step);
void remove(const wire::Remove& step);
void set_attributes(const wire::SetAttributes& step);

}  // namespace provisioner::host
