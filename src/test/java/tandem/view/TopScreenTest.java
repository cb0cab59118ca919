package tandem.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.ScreenTerminal;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.timeline.JsonText;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// The screens of `top`, drawn by JLine on a screen without a terminal.
@Tag("once")
class TopScreenTest {
    private static final Palette PLAIN = new Palette(false, false);
    private static final Palette COLORS = new Palette(true, false);

    private final TopState state = new TopState();

    private String screen(Scene scene, Palette palette, int columns, int rows) throws IOException {
        List<AttributedString> lines = TopScreen.draw(scene, state, palette, columns, rows);
        assertThat(lines).hasSize(rows).allMatch(line -> line.columnLength() <= columns);
        ScreenTerminal.VirtualTerminal virtual =
                ScreenTerminal.withTerminal("test", "xterm-256color", columns, rows);
        Terminal terminal = virtual.terminal();
        Display display = new Display(terminal, true);
        display.resize(Size.of(columns, rows));
        display.update(lines, 0);
        terminal.flush();
        return virtual.screen()
                .toString()
                .lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .replaceAll("\n\n+", "\n\n");
    }

    @Test
    void shouldFit80Columns() throws IOException {
        assertThat(screen(Scenes.crowd(), PLAIN, 80, 24))
                .isEqualTo(
                        """
                        Tandem: 1 session, 4 processes, 3 objects                         ? help  q quit
                        /dev/shm/tandem-42
                          PROCESS                PID  CPU  MEMORY STATE
                        > MainProcess           4711   7%   88 MB running
                          1 号进程              4712   7%   88 MB waits for array-1, 1.2 s
                          吃饭喝水上厕所吃…     4713   7%   88 MB dead
                          a name that is fa…    4714   7%   88 MB stopped
                          OBJECT     TYPE      HOLDER           WAIT  PER S BUSY REC CONTENTS
                          array-1    i × 3     吃饭喝水上厕所…     1  2.5 k  25%     [1, 2, 3]
                          array-2    i × 1000  dead: 2 号 (pid…       2.5 k  25%     [1, 2, 3]
                          event-3              not set             1      0

                        up/down select  Enter look into  s order  / filter  t k end  b break lock\
                        """);
    }

    @Test
    void shouldShowMoreIn120Columns() throws IOException {
        assertThat(screen(Scenes.crowd(), PLAIN, 120, 40))
                .isEqualTo(
                        """
                        Tandem: 1 session, 4 processes, 3 objects                                                                 ? help  q quit
                        /dev/shm/tandem-42
                          PROCESS                      PID  PARENT  CPU  MEMORY  WAITS  WAITED REC STATE
                        > MainProcess                 4711           7%   88 MB                    running
                          1 号进程                    4712    4711   7%   88 MB      1   2.5 s     waits for array-1, 1.2 s
                          吃饭喝水上厕所吃饭喝水…     4713    4711   7%   88 MB      2   5.0 s   1 dead
                          a name that is far too …    4714    4711   7%   88 MB      3   7.5 s   1 stopped
                          OBJECT           TYPE           HOLDER                     WAIT  PER S BUSY REC CONTENTS
                          array-1          i × 3          吃饭喝水上厕所吃饭喝水        1  2.5 k  25%     [1, 2, 3]
                          array-2          i × 1000       dead: 2 号 (pid 77)              2.5 k  25%     [1, 2, 3]
                          event-3                         not set                       1      0

                        up/down select  Enter look into  s order  / filter  t k end  b break lock  c contrast  space pause\
                        """);
    }

    @Test
    void shouldSayThatThereIsNothing() throws IOException {
        assertThat(screen(new Scene(null, List.of()), PLAIN, 80, 24))
                .isEqualTo(
                        """
                        Tandem: no sessions, no processes, no objects                     ? help  q quit

                          Nobody shares anything: Array.of("i", 3) in scripts/tandem does.

                        up/down select  Enter look into  s order  / filter  t k end  b break lock\
                        """);
    }

    @Test
    void shouldShowLessInLargeContrast() throws IOException {
        assertThat(screen(Scenes.crowd(), new Palette(true, true), 80, 24))
                .isEqualTo(
                        """
                        Tandem: 1 session, 4 processes, 3 objects                         ? help  q quit
                        /dev/shm/tandem-42
                          PROCESS                STATE
                        > MainProcess            running
                          1 号进程               waits for array-1, 1.2 s
                          吃饭喝水上厕所吃饭喝…  dead
                          a name that is far to… stopped
                          OBJECT           HOLDER                     WAIT CONTENTS
                          array-1          吃饭喝水上厕所吃饭喝水        1 [1, 2, 3]
                          array-2          dead: 2 号 (pid 77)             [1, 2, 3]
                          event-3          not set                       1

                        up/down select  Enter look into  s order  / filter  t k end  b break lock\
                        """);
    }

    @Test
    void shouldHaveNoColorsWithoutThem() {
        assertThat(ansi(PLAIN)).doesNotContainPattern("\033\\[[\\d;]*\\b(3|4)\\d[;m]");
        assertThat(ansi(COLORS)).containsPattern("\033\\[[\\d;]*\\b3\\d[;m]");
    }

    private String ansi(Palette palette) {
        return TopScreen.draw(Scenes.crowd(), state, palette, 80, 24).stream()
                .map(AttributedString::toAnsi)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void shouldKeepTheSelectedRowInAWindowThatIsTooSmall() throws IOException {
        state.move(TopScreen.selectable(Scenes.crowd(), state), 6);
        assertThat(screen(Scenes.crowd(), PLAIN, 80, 6)).contains("> event-3");
    }

    @Test
    void shouldShowObjectsBesideManyProcesses() throws IOException {
        Scene scene = Scenes.workshop(20, 3);
        assertThat(screen(scene, PLAIN, 80, 24))
                .contains("> MainProcess", "学生 15 ", "… 5 more processes, 4 waiting")
                .doesNotContain("学生 16 ")
                .contains("board", "array-2", "array-3");
        state.move(TopScreen.selectable(scene, state), 19);
        assertThat(screen(scene, PLAIN, 80, 24))
                .contains("> 学生 20 ", "… 5 more processes, 2 waiting", "board")
                .doesNotContain("学生 05 ");
        state.move(TopScreen.selectable(scene, state), 1);
        assertThat(screen(scene, PLAIN, 80, 24)).contains("MainProcess", "> board");
    }

    @Test
    void shouldShareItsRoomBetweenManyProcessesAndManyObjects() throws IOException {
        Scene scene = Scenes.workshop(30, 50);
        assertThat(screen(scene, PLAIN, 80, 24))
                .contains("学生 08 ", "… 22 more processes", "array-8 ", "… 41 more objects");
        for (int row = 0; row < 80; row++) {
            assertThat(screen(scene, PLAIN, 80, 24)).containsOnlyOnce("> ").contains("OBJECT");
            state.move(TopScreen.selectable(scene, state), 1);
        }
    }

    @Test
    void shouldShowTheSelectedRowAtAnySize() {
        Scene scene = Scenes.workshop(7, 9);
        for (int rows = 3; rows < 30; rows++) {
            for (int columns = 10; columns < 130; columns += 17) {
                for (int at = -20; at <= 20; at += 3) {
                    state.move(TopScreen.selectable(scene, state), at);
                    assertThat(TopScreen.draw(scene, state, PLAIN, columns, rows))
                            .hasSize(rows)
                            .allMatch(line -> line.columnLength() <= 130)
                            .filteredOn(line -> line.toString().startsWith("> "))
                            .hasSize(1);
                }
            }
        }
    }

    @Test
    void shouldHaveHelpThatFits80Columns() {
        state.isHelp = true;
        assertThat(TopScreen.draw(Scenes.crowd(), state, PLAIN, 80, 24))
                .allMatch(line -> line.columnLength() <= 80)
                .noneMatch(line -> line.toString().endsWith("…"));
    }

    @Test
    void shouldShowOnlyWhatContainsTheFilter() throws IOException {
        state.filter = "号";
        assertThat(screen(Scenes.crowd(), PLAIN, 80, 24))
                .contains("1 号进程", "array-2", "with \"号\"")
                .doesNotContain("MainProcess", "array-1 ", "event-3");
    }

    @Test
    void shouldSortByName() {
        state.order = TopState.Order.NAME;
        assertThat(TopScreen.selectable(Scenes.crowd(), state))
                .extracting(TopScreen.Key::holder)
                .startsWith(2, 1, 4, 3);
    }

    @Test
    void shouldKeepTheSelectionWhenOthersGo() {
        state.move(TopScreen.selectable(Scenes.crowd(), state), 4);
        state.filter = "array";
        state.select(TopScreen.selectable(Scenes.crowd(), state));
        assertThat(state.selected).isEqualTo(new TopScreen.Key(Scenes.DIRECTORY, 0, "array-1"));
    }

    @Test
    void shouldSetOffCellsThatHaveChangedForAMoment() {
        Cells cells = new Cells(3);
        long start = 1;
        cells.draw(List.of(1, 2, 3), 0, 80, 10, start, PLAIN);
        AttributedString row = cells.draw(List.of(1, 9, 3), 0, 80, 10, start + 1, PLAIN).get(1);
        assertThat(row).hasToString("    0    1    9    3");
        assertThat(row.styleAt(9)).isEqualTo(PLAIN.text());
        assertThat(row.styleAt(14)).isEqualTo(PLAIN.changed());
        long later = start + 2_000_000_000L;
        AttributedString after = cells.draw(List.of(1, 9, 3), 0, 80, 10, later, PLAIN).get(1);
        assertThat(after.styleAt(14)).isEqualTo(PLAIN.text());
    }

    @Test
    void shouldQuoteWhateverStandsInANameInJson() {
        assertThat(JsonText.quote("a\"b\\c\n\u0001 号"))
                .isEqualTo("\"a\\\"b\\\\c\\u000a\\u0001 号\"");
    }
}
