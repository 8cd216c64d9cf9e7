from django.urls import path

from . import resident, results

urlpatterns = [
    path("mine/judge/", resident.judge_page, name="judge"),
    path("mine/judge/thanks/", resident.thanks, name="judge-thanks"),
    path("results/", results.public_results, name="results"),
    path("results/results.csv", results.open_data, name="results-csv"),
    path("desk/evaluation/", results.desk, name="evaluation"),
    path("desk/evaluation/words/", results.words, name="evaluation-words"),
]
