// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

class QApplication;

namespace driftscope {

/// A QApplication that needs no display, for as long as this lives; uses the running one, if any.
class OffscreenGui {
public:
    /// `scale`: pixels of a picture for each of a layout.
    explicit OffscreenGui(int scale = 1);
    ~OffscreenGui();

private:
    std::unique_ptr<QApplication> m_application;
};

/// Settings of the process that every QApplication here needs, before it is made: a UTF-8 locale.
void prepareGuiProcess();

}  // namespace driftscope
