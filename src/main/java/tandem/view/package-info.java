/// What a person sees: [tandem.view.View#help()], [tandem.view.View#top()] and
/// [tandem.view.View#watch(tandem.Shared)].
package tandem.view;
