package tandem.lesson;

import java.util.Locale;

/// What a lesson is written in, and what is said around it.
enum Language {
    ENGLISH,
    CHINESE;

    /// The user's own.
    static Language ofUser() {
        return Locale.getDefault(Locale.Category.DISPLAY).getLanguage().equals("zh")
                ? CHINESE
                : ENGLISH;
    }

    String of(String english, String chinese) {
        return this == ENGLISH ? english : chinese;
    }
}
