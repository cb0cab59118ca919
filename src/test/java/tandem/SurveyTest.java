package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.session.Sight;
import tandem.session.Survey;
import tandem.session.Waits;

/// Looks at a session from outside: who comes, goes and waits is seen without a refresh.
@Tag("once")
class SurveyTest implements WithWorkers {
    private static Sight look(Survey survey) {
        assertThat(survey.look()).hasSize(1);
        return survey.look().getFirst();
    }

    private static boolean hasProcess(Survey survey, String name) {
        return look(survey).processes().stream().anyMatch(process -> process.name().equals(name));
    }

    private static boolean isAwaited(Survey survey, Event event) {
        Waits.Target target = Waits.Target.ofFile(event.path().getFileName().toString());
        return look(survey).processes().stream()
                .flatMap(process -> process.waits().stream())
                .anyMatch(wait -> wait.target().equals(target));
    }

    @Test
    void whoComesWaitsAndGoesIsSeenAtTheNextLook() {
        Event enough = new Event();
        try (Survey survey = Survey.of(enough.path().getParent())) {
            survey.refresh();
            assertThat(hasProcess(survey, "新来的")).isFalse();
            Worker worker = start("新来的", () -> WithWorkers.await(enough));
            assertThat(hasProcess(survey, "新来的")).isTrue();
            Await.until("its wait is seen", () -> isAwaited(survey, enough));
            enough.set();
            Await.until("its wait is over", () -> !isAwaited(survey, enough));
            end(worker);
            assertThat(hasProcess(survey, "新来的")).isFalse();
        }
    }
}
