// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include <QJsonObject>
#include <QMainWindow>

class QDockWidget;

namespace driftscope {

class SecondWindow;
class Selection;
class View;
struct Comparison;

/// One dock per row of the view registry.
class DockArea : public QMainWindow {
    Q_OBJECT
public:
    explicit DockArea(Selection* selection, QWidget* parent = nullptr);

    const std::vector<View*>& views() const { return m_views; }
    View* view(const QString& id) const;
    /// The view that has the focus, or had it last.
    View* current() const { return m_current; }
    void setVisible(const QString& id, bool visible);
    bool isShown(const QString& id) const;
    /// A view in front of its tabs that can show nothing of this comparison (no experts, no new
    /// tokens) lets the first of them that can come forward, and is back when it has something.
    void giveWay(const Comparison& comparison);
    /// A view in front of its tabs lets the first of them that has something of this comparison
    /// (null: of any) come forward. Nothing where it stands alone, floats or is behind.
    void stepAside(const QString& id, const Comparison* comparison);
    void resetLayout();
    /// The view in use leaves its place as a window of its own, or comes back.
    void floatCurrent();

    /// The view in use goes to the second window, which opens with the first, or back from there.
    void moveCurrentAcross();
    /// Null until a view was moved there.
    QMainWindow* secondWindow() const;

    QJsonObject saveLayout() const;
    void restoreLayout(const QJsonObject& state);

    using QMainWindow::setVisible;

Q_SIGNALS:
    void layoutChanged();
    /// A control of a view was used.
    void viewEdited();
    /// A view came into sight or went out of it: shown, closed, behind another tab.
    void inSight(driftscope::View* view, bool on);
    /// It was made, not yet shown: it needs the window's actions.
    void secondWindowMade(QMainWindow* window);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QDockWidget* makeDock(View* view);
    QDockWidget* dock(const QString& id) const;
    QDockWidget* standIn(QDockWidget* one, const Comparison* comparison) const;
    void share();
    /// Docks of the second window, as they were moved there.
    std::vector<QDockWidget*> across() const;
    void moveAcross(QDockWidget* dock);
    /// Back to where its registry row puts it.
    void clearTabBases();
    void bringHome(QDockWidget* dock);
    void bringAllHome();
    SecondWindow* makeSecond();

    std::vector<View*> m_views;
    std::vector<QDockWidget*> m_docks;
    View* m_current = nullptr;
    std::map<QString, QString> m_gaveWay;  ///< views that gave way, and to which
    SecondWindow* m_second = nullptr;
    bool m_untouched = true;  ///< nobody moved a separator: sizes follow the window
};

}  // namespace driftscope
