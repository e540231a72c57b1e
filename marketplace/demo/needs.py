"""The demo's clients and what each wants labeled. Made up: no public source tells of these requests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One open request of one client, in the words of vendors.csv."""

    client: str
    title: str
    modality: str
    tasks: tuple[str, ...]
    volume: int
    unit: str
    budget: int


NEEDS = (
    Need(
        client="google",
        title="Dialogues and preferences for a language model",
        modality="text",
        tasks=("evaluation", "rlhf", "sft"),
        volume=400_000,
        unit="comparisons",
        budget=6_000_000,
    ),
    Need(
        client="openai",
        title="Expert preferences on long answers",
        modality="text",
        tasks=("evaluation", "rlhf"),
        volume=150_000,
        unit="comparisons",
        budget=4_500_000,
    ),
    Need(
        client="microsoft",
        title="Evaluation of office assistants",
        modality="text",
        tasks=("evaluation", "rubric-writing"),
        volume=60_000,
        unit="judgements",
        budget=1_200_000,
    ),
    Need(
        client="xai",
        title="Prompts and preferences for a chat model",
        modality="text",
        tasks=("prompt-writing", "rlhf"),
        volume=200_000,
        unit="comparisons",
        budget=3_000_000,
    ),
    Need(
        client="anthropic",
        title="Worked solutions in code",
        modality="code",
        tasks=("rlhf", "sft"),
        volume=40_000,
        unit="solutions",
        budget=5_000_000,
    ),
    Need(
        client="apple",
        title="Hands and objects in pictures",
        modality="image",
        tasks=("keypoint", "segmentation"),
        volume=500_000,
        unit="images",
        budget=900_000,
    ),
    Need(
        client="snap",
        title="Objects in short videos",
        modality="video",
        tasks=("object-tracking", "segmentation"),
        volume=80_000,
        unit="clips",
        budget=700_000,
    ),
    Need(
        client="waymo",
        title="Road users in lidar scenes",
        modality="lidar",
        tasks=("object-tracking", "segmentation"),
        volume=30_000,
        unit="scenes",
        budget=2_500_000,
    ),
)
